import { assert, assertEquals } from "@std/assert";
import { withGpu } from "../../gpu/with_gpu.ts";
import { type Call, evaluate } from "./evaluate.ts";
import { errorInUlps, sampleFloats, specialFloats } from "./floats.ts";
import { bitCases, type FloatCase, floatCases } from "./math_cases.ts";
import { splitmix32 } from "./splitmix.ts";

/** Points of each function; more by `QERNEL_MATH_POINTS`. */
const points = Number(Deno.env.get("QERNEL_MATH_POINTS") ?? 2048);

/** The builtins in WebAssembly, and our WGSL for them by itself on WebGPU. */
const kinds = [
  ...([1, 2, 3, 4] as const).map((width) => ({ width, prelude: false })),
  { width: 4, prelude: true },
] as const;

/** The worst of the errors, with the arguments. */
function worst(
  each: FloatCase,
  args: readonly Float32Array[],
  got: Float32Array,
): { ulps: number; at: string } {
  let most = { ulps: 0, at: "" };
  for (let i = 0; i < got.length; i++) {
    const x = args.map((values) => values[i]!);
    if (each.upTo !== undefined && Math.abs(x[0]!) > each.upTo) continue;
    const want = each.oracle(...x);
    const ulps = errorInUlps(got[i]!, want, each.size?.(...x));
    if (ulps > most.ulps) most = { ulps, at: `${each.name}(${x.join(", ")}) is ${got[i]}, wanted ${want}` };
  }
  return most;
}

const asFloats = (words: Uint32Array<ArrayBuffer>) => new Float32Array(words.buffer);

for (const kind of kinds) {
  const options = {
    kernelProfile: kind.prelude ? "software" : "wasm",
    device: kind.prelude ? "webgpu" : "wasm",
  } as const;
  const description = `${kind.width === 1 ? "f32" : `vec${kind.width}f`}${
    kind.prelude ? " of the prelude" : ""
  }`;

  Deno.test(`functions of ${description} are within their error of float64's`, () =>
    withGpu(async (gpu) => {
      for (const each of floatCases) {
        const args = sampleFloats(each, points);
        const call: Call = { name: each.name, types: "f".repeat(args.length), result: "f", ...kind };
        const { ulps, at } = worst(each, args.map(asFloats), asFloats(await evaluate(gpu, call, args)));
        assert(ulps <= each.ulps, `${at}: off by ${ulps.toFixed(2)} units, wanted at most ${each.ulps}`);
      }
    }, options));

  Deno.test(`sin and cos of ${description} are at most 1 for any finite angle`, () =>
    withGpu(async (gpu) => {
      const args = sampleFloats({ oracle: Math.sin, dense: [[1e5, 1e9]] }, points);
      for (const name of ["sin", "cos"]) {
        const sines = asFloats(await evaluate(gpu, { name, types: "f", result: "f", ...kind }, args));
        const angles = asFloats(args[0]!);
        const wrong = angles.findIndex((angle, i) => Number.isFinite(angle) && !(Math.abs(sines[i]!) <= 1));
        assertEquals(wrong, -1, `${name}(${angles[wrong]}) is ${sines[wrong]}`);
      }
    }, options));

  Deno.test(`ldexp of ${description} is rounded once`, () =>
    withGpu(async (gpu) => {
      const random = splitmix32(1);
      const exponents = [
        0,
        1,
        -1,
        127,
        128,
        -126,
        -127,
        -149,
        -150,
        254,
        277,
        300,
        -252,
        -300,
        2 ** 31 - 1,
        -(2 ** 31),
      ];
      const pairs = [
        ...specialFloats.flatMap((x) => exponents.map((n) => [x, n] as const)),
        ...Array.from({ length: points }, () => {
          const n = Math.floor((random() - 0.5) * 600);
          return [
            (1 + random()) * 2 ** Math.max(-126, Math.min(127, -n - Math.floor(random() * 200))),
            n,
          ] as const;
        }),
      ];
      pairs.length -= pairs.length % 4;
      const x = Float32Array.from(pairs, ([x]) => x);
      const n = Int32Array.from(pairs, ([, n]) => n);
      const args = [new Uint32Array(x.buffer), new Uint32Array(n.buffer)];
      const got = asFloats(await evaluate(gpu, { name: "ldexp", types: "fi", result: "f", ...kind }, args));
      for (const [i, value] of got.entries()) {
        // Two steps: 2^n alone may be no float64 where the result is.
        const half = Math.trunc(Math.max(-600, Math.min(600, n[i]!)) / 2);
        const want = Math.fround(x[i]! * 2 ** half * 2 ** (Math.max(-600, Math.min(600, n[i]!)) - half));
        const flushed = Math.abs(want) < 2 ** -126 && value === 0;
        assert(Object.is(value, want) || flushed, `ldexp(${x[i]}, ${n[i]}) is ${value}, wanted ${want}`);
      }
    }, options));

  Deno.test(`functions of the bits of ${description.replace("f", "u")} and of i32 are exact`, () =>
    withGpu(async (gpu) => {
      const random = splitmix32(2);
      const word = () => Math.floor(random() * 2 ** 32) >>> Math.floor(random() * 32);
      const count = Math.ceil(points / 64) * 64;
      const special = [
        0,
        1,
        2 ** 31,
        2 ** 32 - 1,
        2 ** 31 - 1,
        0x00800000,
        0x00ffffff,
        0x01ffffff,
        0xfffffffe,
      ];
      const x = Uint32Array.from({ length: count }, (_, i) => special[i] ?? (i % 2 ? word() : ~word()));
      // What is a scalar beside vectors is the same for four.
      const size = () => [0, 1, 5, 16, 31, 32, 33, 2 ** 32 - 1][Math.floor(random() * 8)]!;
      const sizes = () =>
        Uint32Array.from(Array.from({ length: count / 4 }, size).flatMap((n) => [n, n, n, n]));
      for (const { name, types, oracle } of bitCases) {
        const args = [...types].map((letter, i) => letter === "s" ? sizes() : i === 0 ? x : x.toReversed());
        const result = types[0] as "u" | "i";
        const got = await evaluate(gpu, { name, types, result, ...kind }, args);
        const wrong = got.findIndex((bits, i) =>
          bits !== oracle(x[i]!, ...args.slice(1).map((values) => values[i]!)) >>> 0
        );
        const called = `${name}(${args.map((values) => values[wrong]).join(", ")})`;
        assertEquals(wrong, -1, `${called} of ${result}32 is ${got[wrong]}`);
      }
    }, options));
}
