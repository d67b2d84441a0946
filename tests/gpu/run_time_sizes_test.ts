import { assertEquals, assertThrows } from "@std/assert";
import { kernelInterface } from "../../src/gpu/kernel_interface.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { encodeSizes, type Sizes } from "../../src/gpu/run_time_sizes.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { withGpu } from "./with_gpu.ts";

/** The interface of an entry point in one text. */
function interfaceOf(text: string, entryPoint: string) {
  return kernelInterface([text], entryPoint);
}

const text = `struct Place {
  @align(16) first: u32,
  @align(16) share: f32,
  pair: vec2u,
  many: vec4u,
  last: u32,
}
struct Params {
  one: u32,
  pair: vec2u,
  three: f32,
  quad: vec4f,
  four: u32,
  list: array<vec4u, 3>,
  five: f32,
  places: array<Place, 2>,
  single: Place,
  triple: vec3<f32>,
  after: u32,
  negative: i32,
  @size(24) wide: u32,
  nested: array<array<vec4<u32>, 2>, 2>,
  spare: u32,
}
@group(0) @binding(0) var<storage, read_write> found: array<u32>;
@group(0) @binding(8) var<uniform> params: Params;

var<private> count: u32;

fn keep(value: u32) {
  found[count] = value;
  count++;
}

fn keep_place(place: Place) {
  keep(place.first);
  keep(bitcast<u32>(place.share));
  keep(place.pair.x);
  keep(place.pair.y);
  for (var i = 0u; i < 4u; i++) { keep(place.many[i]); }
  keep(place.last);
}

@compute @workgroup_size(1)
fn read_back() {
  keep(params.one);
  keep(params.pair.x);
  keep(params.pair.y);
  keep(bitcast<u32>(params.three));
  for (var i = 0u; i < 4u; i++) { keep(bitcast<u32>(params.quad[i])); }
  keep(params.four);
  for (var j = 0u; j < 3u; j++) {
    for (var i = 0u; i < 4u; i++) { keep(params.list[j][i]); }
  }
  keep(bitcast<u32>(params.five));
  keep_place(params.places[0]);
  keep_place(params.places[1]);
  keep_place(params.single);
  for (var i = 0u; i < 3u; i++) { keep(bitcast<u32>(params.triple[i])); }
  keep(params.after);
  keep(bitcast<u32>(params.negative));
  keep(params.wide);
  for (var j = 0u; j < 4u; j++) {
    for (var i = 0u; i < 4u; i++) { keep(params.nested[j / 2u][j % 2u][i]); }
  }
  keep(params.spare);
}

@compute @workgroup_size(1)
fn read_one() { found[0] = params.one; }
`;

/** Numbers 1, 2, ..., as many as are asked for. */
function counting(): (length: number) => number[] {
  let last = 0;
  return (length) => Array.from({ length }, () => ++last);
}

/** Sizes of all kinds, and their words in the order in which they are read back. */
function numbered(): { sizes: Sizes; words: Uint32Array<ArrayBuffer> } {
  const next = counting();
  const words: number[] = [];
  const whole = (length: number) => {
    const values = next(length);
    words.push(...values);
    return values;
  };
  const real = (length: number) => {
    const values = next(length).map((value) => value + 0.25);
    words.push(...new Uint32Array(Float32Array.from(values).buffer));
    return values;
  };
  const place = () => ({
    first: whole(1)[0]!,
    share: real(1)[0]!,
    pair: whole(2),
    many: whole(4),
    last: whole(1)[0]!,
  });
  const sizes = {
    one: whole(1)[0]!,
    pair: whole(2),
    three: real(1)[0]!,
    quad: real(4),
    four: whole(1)[0]!,
    list: [whole(4), whole(4), whole(4)],
    five: real(1)[0]!,
    places: [place(), place()],
    single: place(),
    triple: real(3),
    after: whole(1)[0]!,
    negative: whole(1)[0]!,
    wide: whole(1)[0]!,
    nested: [[whole(4), whole(4)], [whole(4), whole(4)]],
    spare: whole(1)[0]!,
  };
  return { sizes, words: Uint32Array.from(words) };
}

for (const device of ["wasm", "webgpu"] as const) {
  Deno.test(`encodeSizes() lays numbers, vectors, arrays and structures out as a kernel reads them, on ${device}`, () =>
    withGpu(async (gpu) => {
      const { sizes, words } = numbered();
      const found = new Tensor<"u32">(gpu, [words.length], { dtype: "u32" });
      const kernel = gpu.kernel({ file: { name: "sizes.wgsl", text }, entryPoint: "read_back" });
      await gpu.ready();
      const program = new Recorder(gpu);
      program.dispatch(kernel, { tensors: { found }, sizes, workgroups: [1] });
      gpu.enqueue(program);
      assertEquals(await found.read(), words);
    }, { device }));
}

const { sizes } = numbered();
const all = interfaceOf(text, "read_back");

Deno.test("encodeSizes() writes 0 for what is left out as the entry point does not read it", () => {
  const one = interfaceOf(text, "read_one");
  const words = new Uint32Array(encodeSizes(one, { one: 7 }));
  assertEquals(words[0], 7);
  assertEquals(words.byteLength, encodeSizes(all, sizes).byteLength);
  assertEquals(words.slice(1), new Uint32Array(words.length - 1));
  assertEquals(new Uint32Array(encodeSizes(one, { one: 7, four: 9 }))[12], 9);
});

Deno.test("encodeSizes() of a kernel that reads none takes none", () => {
  const none = interfaceOf("@compute @workgroup_size(1) fn none() {}", "none");
  assertEquals(encodeSizes(none, {}).byteLength, 16);
  assertThrows(() => encodeSizes(none, { one: 1 }), RangeError, "there is no size one, wanted none");
});

Deno.test("encodeSizes() names what is missing, also within a structure", () => {
  const { one: _, five: __, ...some } = sizes;
  assertThrows(() => encodeSizes(all, some), RangeError, "size one, five is missing");
  const { last: ___, ...place } = sizes["single"] as Sizes;
  assertThrows(
    () => encodeSizes(all, { ...sizes, single: place }),
    RangeError,
    "size single.last is missing",
  );
});

Deno.test("encodeSizes() names what there is none of, and what it is near to", () => {
  const names =
    "one, pair, three, quad, four, list, five, places, single, triple, after, negative, wide, nested, spare";
  assertThrows(
    () => encodeSizes(all, { ...sizes, tree: 1 }),
    RangeError,
    `there is no size tree, wanted ${names}; did you mean "three"?`,
  );
  assertThrows(
    () => encodeSizes(all, { ...sizes, single: { ...sizes["single"] as Sizes, lust: 1 } }),
    RangeError,
    'there is no size single.lust, wanted first, share, pair, many, last; did you mean "last"?',
  );
});

Deno.test("encodeSizes() refuses a value that is none of the field's type", () => {
  const cases = [
    [{ one: 1.5 }, "size one is 1.5, wanted u32"],
    [{ one: -1 }, "size one is -1, wanted u32"],
    [{ one: 2 ** 32 }, "size one is 4294967296, wanted u32"],
    [{ one: [1] }, "size one is [1], wanted u32"],
    [{ three: [1] }, "size three is [1], wanted f32"],
    [{ negative: 2 ** 31 }, "size negative is 2147483648, wanted i32"],
    [{ pair: 1 }, "size pair is 1, wanted 2 entries"],
    [{ pair: [1, 2, 3] }, "size pair is [1,2,3], wanted 2 entries"],
    [{ pair: [1, 0.5] }, "size pair[1] is 0.5, wanted u32"],
    [{ list: [[1, 2, 3, 4]] }, "size list is [[1,2,3,4]], wanted 3 entries"],
    [{ single: 3 }, "size single is 3, wanted first, share, pair, many, last"],
    [
      { places: [sizes["single"]!, { ...sizes["single"] as Sizes, last: -2 }] },
      "size places[1].last is -2, wanted u32",
    ],
  ] as const;
  for (const [changes, message] of cases) {
    assertThrows(() => encodeSizes(all, { ...sizes, ...changes }), RangeError, message);
  }
  assertEquals(new Uint32Array(encodeSizes(all, { ...sizes, one: 2 ** 32 - 1 }))[0], 4294967295);
  assertEquals(encodeSizes(all, { ...sizes, negative: -3 }).byteLength, encodeSizes(all, sizes).byteLength);
  const half = interfaceOf(
    "struct Params { x: f16 } @group(0) @binding(8) var<uniform> params: Params; fn main() { _ = params.x; }",
    "main",
  );
  assertThrows(
    () => encodeSizes(half, { x: 1 }),
    RangeError,
    "size x is of type f16, wanted numbers, vectors",
  );
});
