/** Wrappers of pictures against those of Gymnasium; `golden/frames.py` has made its numbers. */
import { assertEquals } from "@std/assert";
import { sizeOf } from "../../src/core/spaces.ts";
import type { Environment } from "../../src/envs/environment.ts";
import { wrapEnvironment, type WrapperConfig } from "../../src/envs/wrapper_config.ts";
import { readGolden } from "../golden.ts";
import { Pictures } from "./toys.ts";
import "../../src/envs/picture_wrappers.ts";

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly steps: number;
  readonly grey: boolean;
  readonly grayscale?: boolean;
  readonly shape?: [number, number];
  readonly stack?: number;
  readonly padding?: "reset" | "zero";
  /** Bytes in base64. */
  readonly seen: string;
}

const { cases } = readGolden<{ cases: Case[] }>("frames");

for (const { rows, columns, steps, grey, grayscale, shape, stack, padding, seen } of cases) {
  const wrappers: WrapperConfig[] = [];
  if (grayscale) wrappers.push({ kind: "grayscale-observation" });
  if (shape) wrappers.push({ kind: "resize-observation", shape });
  if (stack) wrappers.push({ kind: "frame-stack-observation", stackSize: stack, padding: padding! });
  const wrapped = wrappers.map(({ kind }) => kind).join(", ");
  const stacked = stack ? ` [${shape}], ${padding}, step ${steps}` : ` [${shape ?? [rows, columns]}]`;
  Deno.test(`${wrapped} of [${rows},${columns}]${grey ? " greys" : ""}${stacked}: Gymnasium's numbers`, () => {
    const env = wrapEnvironment(new Pictures(rows, columns, grey), wrappers) as Environment;
    let { observation } = env.reset();
    for (let step = 0; step < steps; step++) observation = env.step(0).observation;
    const wanted = Uint8Array.fromBase64(seen);
    assertEquals(sizeOf(env.observationSpace), wanted.length);
    assertEquals(observation, Float32Array.from(wanted, (byte) => byte / 255));
  });
}
