/** Experiments made for tests, in files. @module */
import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { loadExperiment } from "../../src/config/experiment.ts";
import { UsageError } from "../../src/core/errors.ts";

/** A preset that is learned in no time. */
export const tiny = fromFileUrl(new URL("tiny.json", import.meta.url));
/** Our own experiments. */
export const folder = fromFileUrl(new URL("../../configs/experiments", import.meta.url));
/** What every experiment must say. */
export const usual = { description: "A test.", base: tiny };

/** Hands over the path of a file that holds the experiment. */
export async function withExperiment<T>(experiment: unknown, use: (path: string) => Promise<T>): Promise<T> {
  return await withText(JSON.stringify(experiment), use);
}

/** The same of any text. */
export async function withText<T>(text: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  try {
    await Deno.writeTextFile(path, text);
    return await use(path);
  } finally {
    await Deno.remove(path);
  }
}

/** The experiment that `tiny.json` with these keys is. */
export function load(keys: Record<string, unknown>, options: { seeds?: number[] } = {}) {
  return withExperiment({ ...usual, ...keys }, (path) => loadExperiment(path, options));
}

/** What is wrong with these keys, without the first line. */
export async function problems(keys: Record<string, unknown>): Promise<string[]> {
  return await withExperiment({ ...usual, ...keys }, async (path) => {
    const [first, ...lines] = (await assertRejects(() => loadExperiment(path), UsageError)).message.split(
      "\n  ",
    );
    const count = lines.length === 1 ? "1 problem" : `${lines.length} problems`;
    assertEquals(first, `Cannot use ${path}: ${count}`);
    return lines;
  });
}

/** Two configurations. */
export const gamma = { "agent.gamma": [0.9, 0.99] };
