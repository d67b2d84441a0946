/** Whether two run folders hold the same, but for what the clock says. @module */
import { assertEquals } from "@std/assert";
import { parseCsv } from "../../src/format/csv.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { filesUnder } from "../cli/task.ts";
import { readEvents } from "../format/tensorboard_reader.ts";

/** Names of values that are times or made of them, wherever they stand. */
const ofTheClock = new Set(["seconds", "wallSeconds", "stepsPerSecond"]);
/** A mean over a chunk, and chunks are cut by the clock. */
const ofTheChunk = "episode/Q-Error";

/** Everything in a run's folder but its states, in a form that can be compared: by paths, where the times are left out. */
export async function contentsOf(folder: string): Promise<Record<string, unknown>> {
  const paths = filesUnder(folder).filter((path) => !path.startsWith("state/"));
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [nameOf(path), await contentOf(`${folder}/${path}`)])),
  );
}

/** Fails unless two folders hold the same. */
export async function assertSameRun(folder: string, wanted: Record<string, unknown>): Promise<void> {
  const found = await contentsOf(folder);
  assertEquals(Object.keys(found), Object.keys(wanted));
  for (const [path, content] of Object.entries(found)) assertEquals(content, wanted[path], path);
}

/** Event files have the time in their names. */
function nameOf(path: string): string {
  return path.replace(/tfevents\.\d+\.qernel\.\d+/, "tfevents");
}

async function contentOf(path: string): Promise<unknown> {
  if (path.endsWith(".safetensors")) return await loadCheckpoint(path);
  const bytes = await Deno.readFile(path);
  if (path.includes(".tfevents.")) return eventsOf(bytes);
  const text = new TextDecoder().decode(bytes);
  if (path.endsWith(".json")) return withoutClock(JSON.parse(text));
  if (path.endsWith(".jsonl")) {
    return text.trimEnd().split("\n").map((line) => withoutClock(JSON.parse(line)));
  }
  if (!path.endsWith(".csv")) return text;
  const { header, rows } = parseCsv(text);
  return rows.map((row) => withoutClock(Object.fromEntries(header.map((name, i) => [name, row[i]]))));
}

function withoutClock(value: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !ofTheClock.has(name)));
}

function eventsOf(bytes: Uint8Array): unknown {
  return readEvents(bytes).events.map(({ step, values }) => ({
    step,
    values: values.filter(({ tag }) => !ofTheClock.has(tag) && tag !== ofTheChunk)
      .map(({ hparams, ...value }) => hparams ? { ...value, hparams: { ...hparams, time: 0 } } : value),
  }));
}
