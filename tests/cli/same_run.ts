/** Whether two runs gave the same, but for the time that they took. @module */
import { assertEquals } from "@std/assert";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { filesUnder } from "./task.ts";

/** Columns of wall time. */
const times = ["seconds", "stepsPerSecond"];

/** Asserts that what two runs left in their folders is the same, bit for bit; names and numbers of states may differ. */
export async function assertSameRun(actual: string, expected: string): Promise<void> {
  const [files, wanted] = [actual, expected].map((folder) =>
    filesUnder(folder).filter((file) => !/^(state|tensorboard|pictures)\/|\.lock$/.test(file))
  );
  assertEquals(files, wanted, actual);
  for (const file of wanted!) {
    const both = [actual, expected].map((folder) => `${folder}/${file}`) as [string, string];
    if (file.endsWith(".safetensors")) await assertSameCheckpoint(...both);
    else if (file.endsWith(".csv")) assertEquals(...both.map(withoutTimes) as [string, string], both[0]);
    else if (file === "metrics.jsonl") assertEquals(...both.map(linesOf) as [unknown, unknown], both[0]);
    else if (file === "summary.json") assertEquals(...both.map(summaryOf) as [unknown, unknown], both[0]);
    else if (!file.endsWith(".gif")) {
      assertEquals(...both.map((path) => Deno.readTextFileSync(path)) as [string, string], both[0]);
    }
  }
}

async function assertSameCheckpoint(actual: string, expected: string): Promise<void> {
  const [found, wanted] = await Promise.all([loadCheckpoint(actual), loadCheckpoint(expected)]);
  assertEquals(bitsOf(found.state), bitsOf(wanted.state), actual);
  const { config: _, ...texts } = found.metadata; // A larger budget may have come with going on.
  const { config: __, ...wantedTexts } = wanted.metadata;
  assertEquals(texts, wantedTexts, actual);
}

function bitsOf(state: Awaited<ReturnType<typeof loadCheckpoint>>["state"]) {
  return Object.entries(state).sort(([a], [b]) => a < b ? -1 : 1)
    .map((
      [name, { shape, data }],
    ) => [name, shape, new Uint32Array(data.buffer, data.byteOffset, data.length)]);
}

function withoutTimes(path: string): string {
  const [header, ...rows] = Deno.readTextFileSync(path).split("\n");
  const names = header!.split(",");
  const kept = (row: string) =>
    row.split(",").map((field, i) => times.includes(names[i]!) ? "" : field).join();
  return [header, ...rows.map(kept)].join("\n");
}

function linesOf(path: string): unknown[] {
  return Deno.readTextFileSync(path).trimEnd().split("\n").map((line) => {
    const values = JSON.parse(line);
    for (const time of times) delete values[time];
    return values;
  });
}

function summaryOf(path: string): unknown {
  const { wallSeconds: _, ...summary } = JSON.parse(Deno.readTextFileSync(path));
  return summary;
}
