import { assertEquals } from "@std/assert";
import { memberModule } from "../../src/ops/elementwise.ts";
import {
  type Clock,
  clockFields,
  clockRange,
  clockWords,
  createMembers,
  decodeClock,
  decodeClocks,
  encodeClock,
  encodeHyper,
  hyperFields,
  type HyperParameters,
  hyperSchedules,
  hyperWords,
  memberWords,
  type SyncUnit,
  syncUnits,
  writeClock,
  writeClockField,
  writeHyper,
} from "../../src/ops/member.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { hyperParameters } from "./random_values.ts";

const clocks: Clock[] = [1, 4_000_000_000].map((steps) => ({
  steps,
  updates: 2,
  episodes: 3,
  stored: 5,
  halted: 1,
  sync: 3,
  correction1: 0.5,
  correction2: 0.25,
  learningRate: 2 ** -10,
  exploration: 0.125,
}));

/** Names in camel case and types of a struct's fields, in order. */
function fieldsOf(struct: string): [name: string, type: string][] {
  const body = new RegExp(`^struct ${struct} \\{\\n([^}]*)\\}`, "m").exec(memberModule.text)?.[1] ?? "";
  return [...body.matchAll(/^\s*(\w+): (\w+),/gm)].map(([, name, type]) => [
    name!.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    type!,
  ]);
}

Deno.test("hyperFields are the fields of Hyper in member.wgsl, with the schedules behind them", () => {
  const schedules = hyperSchedules.map((name) => [name, "Schedule"]);
  assertEquals(fieldsOf("Hyper"), [...hyperFields, ...schedules] as [string, string][]);
  assertEquals(hyperWords, hyperFields.length + hyperSchedules.length * fieldsOf("Schedule").length);
});

Deno.test("clockFields are the fields of Clock in member.wgsl", () => {
  assertEquals(fieldsOf("Clock"), clockFields as unknown as [string, string][]);
  assertEquals(clockWords, clockFields.length);
});

Deno.test("Member in member.wgsl is hyper-parameters, a clock and a goal", () => {
  assertEquals(fieldsOf("Member"), [["hyper", "Hyper"], ["clock", "Clock"], ["goal", "u32"]]);
  assertEquals(memberWords, hyperWords + clockWords + 1);
});

/** The words of hyper-parameters with `changes`. */
function encoded(changes: Partial<HyperParameters> = {}, sync: SyncUnit = "none"): Uint32Array<ArrayBuffer> {
  return encodeHyper({ ...hyperParameters(changes), sync });
}

Deno.test("encodeHyper() writes a schedule as Schedule in member.wgsl has it", () => {
  assertEquals(fieldsOf("Schedule"), [
    ["kind", "u32"],
    ["unit", "u32"],
    ["start", "f32"],
    ["end", "f32"],
    ["span", "f32"],
  ]);
  const words = encoded({
    learningRate: { kind: "linear", start: 2, end: 0.5, duration: 100, per: "update" },
    exploration: { kind: "exponential", start: 0.75, end: 0.25, decay: 8, per: "episode" },
  });
  const first = hyperFields.length;
  const floats = new Float32Array(words.buffer);
  assertEquals([...words.slice(first, first + 2), ...floats.slice(first + 2, first + 5)], [
    1,
    1,
    2,
    0.5,
    100,
  ]);
  assertEquals([...words.slice(first + 5, first + 7), ...floats.slice(first + 7, first + 10)], [
    2,
    2,
    0.75,
    0.25,
    8,
  ]);
});

Deno.test("encodeHyper() writes no limit as the largest float, as WGSL has no infinity to count on", () => {
  const words = encoded({ clipNorm: Infinity });
  const at = hyperFields.findIndex(([name]) => name === "clipNorm");
  assertEquals(new Float32Array(words.buffer)[at], 3.4028234663852886e38);
});

Deno.test("encodeHyper() ends for a multiplicative schedule that never reaches its end", () => {
  for (const end of [0, -1]) {
    const exploration = { kind: "multiplicative", start: 1, end, factor: 0.9, per: "step" } as const;
    const words = encoded({ exploration });
    assertEquals(Number.isFinite(new Float32Array(words.buffer).at(-1)), true);
  }
});

Deno.test("encodeHyper() writes what the target network's period counts by its number, and the period where no first count is given", () => {
  const at = (name: string) => hyperFields.findIndex(([field]) => field === name);
  const units = syncUnits.map((unit) => encoded({}, unit)[at("syncUnit")]);
  assertEquals([syncUnits, units], [["step", "update", "episode", "none"], [0, 1, 2, 3]]);
  assertEquals(
    [encoded({ syncPeriod: 7 }), encoded({ syncPeriod: 7, syncFirst: 2 })].map((words) =>
      words[at("syncFirst")]
    ),
    [7, 2],
  );
});

Deno.test("createMembers(), writeHyper(), writeClock() and writeClockField() write the words of their own member alone", () =>
  withGpu(async (gpu) => {
    const hyper = [1, 2, 3].map((seed) => hyperParameters({ seed, gamma: seed / 4 }));
    const members = createMembers(gpu, hyper, "update");
    const expected = new Uint32Array(3 * memberWords);
    for (const [member, own] of hyper.entries()) {
      expected.set(encodeHyper({ ...own, sync: "update" }), member * memberWords);
    }
    assertEquals(await members.read(), expected);

    const other = { ...hyperParameters({ seed: 9, tau: 0.5 }), sync: "step" } as const;
    writeHyper(members, 1, other);
    expected.set(encodeHyper(other), memberWords);
    assertEquals(await members.read(), expected);

    const [clock, later] = clocks;
    writeClock(members, 2, clock!);
    expected.set(encodeClock(clock!), 2 * memberWords + hyperWords);
    assertEquals(await members.read(), expected);
    assertEquals(decodeClocks(await members.read())[2], clock);

    writeClockField(members, 2, { clock: { ...later!, updates: 77, episodes: 99 }, field: "updates" });
    expected[2 * memberWords + hyperWords + 1] = 77;
    assertEquals(await members.read(), expected);

    const { offset, length } = clockRange(members, 2);
    assertEquals(expected.slice(offset, offset + length), encodeClock({ ...clock!, updates: 77 }));
  }));

Deno.test("decodeClock() is the inverse of encodeClock(), and decodeClocks() of the clocks of all members", () => {
  for (const clock of clocks) assertEquals(decodeClock(encodeClock(clock)), clock);
  const words = new Uint32Array(2 * memberWords).fill(5);
  for (const [i, clock] of clocks.entries()) words.set(encodeClock(clock), i * memberWords + hyperWords);
  assertEquals(decodeClocks(words), clocks);
});
