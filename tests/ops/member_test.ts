import { assertEquals } from "@std/assert";
import { memberModule } from "../../src/ops/elementwise.ts";
import {
  type Clock,
  clockFields,
  clockWords,
  decodeClocks,
  encodeClocks,
  encodeHyper,
  hyperFields,
  hyperWords,
} from "../../src/ops/member.ts";
import { hyperParameters } from "./random_values.ts";

/** Names in camel case and types of a struct's fields, in order. */
function fieldsOf(struct: string): [name: string, type: string][] {
  const body = new RegExp(`^struct ${struct} \\{\\n([^}]*)\\}`, "m").exec(memberModule.text)?.[1] ?? "";
  return [...body.matchAll(/^\s*(\w+): (\w+),/gm)].map(([, name, type]) => [
    name!.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    type!,
  ]);
}

Deno.test("hyperFields are the fields of Hyper in member.wgsl, with the schedules behind them", () => {
  const schedules = [["learningRate", "Schedule"], ["exploration", "Schedule"]];
  assertEquals(fieldsOf("Hyper"), [...hyperFields, ...schedules] as [string, string][]);
  assertEquals(hyperWords, hyperFields.length + 2 * fieldsOf("Schedule").length);
});

Deno.test("clockFields are the fields of Clock in member.wgsl", () => {
  assertEquals(fieldsOf("Clock"), clockFields as unknown as [string, string][]);
  assertEquals(clockWords, clockFields.length);
});

Deno.test("encodeHyper() writes a schedule as Schedule in member.wgsl has it", () => {
  assertEquals(fieldsOf("Schedule"), [
    ["kind", "u32"],
    ["unit", "u32"],
    ["start", "f32"],
    ["end", "f32"],
    ["span", "f32"],
  ]);
  const words = encodeHyper([
    hyperParameters(),
    hyperParameters({
      learningRate: { kind: "linear", start: 2, end: 0.5, duration: 100, per: "update" },
      exploration: { kind: "exponential", start: 0.75, end: 0.25, decay: 8, per: "episode" },
    }),
  ]);
  const first = hyperWords + hyperFields.length;
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
  const words = encodeHyper([hyperParameters({ clipNorm: Infinity })]);
  const at = hyperFields.findIndex(([name]) => name === "clipNorm");
  assertEquals(new Float32Array(words.buffer)[at], 3.4028234663852886e38);
});

Deno.test("encodeHyper() ends for a multiplicative schedule that never reaches its end", () => {
  for (const end of [0, -1]) {
    const exploration = { kind: "multiplicative", start: 1, end, factor: 0.9, per: "step" } as const;
    const words = encodeHyper([hyperParameters({ exploration })]);
    assertEquals(Number.isFinite(new Float32Array(words.buffer).at(-1)), true);
  }
});

Deno.test("decodeClocks() is the inverse of encodeClocks()", () => {
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
  assertEquals(decodeClocks(encodeClocks(clocks).buffer), clocks);
});
