/** Whether two folders of runs hold the same, but for what the clock says. @module */
import { assertEquals } from "@std/assert";
import { type State, StateRows } from "../../src/core/state.ts";
import { parseCsv } from "../../src/format/csv.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { latestState } from "../../src/train/kept_states.ts";
import { filesUnder } from "../cli/task.ts";
import { readEvents } from "../format/tensorboard_reader.ts";

/** Names of values that are times or made of them, wherever they stand. */
const ofTheClock = new Set(["seconds", "wallSeconds", "stepsPerSecond", "now"]);
/** A mean over a chunk, and chunks are cut by the clock. */
const ofTheChunk = "episode/Q-Error";
/** Callbacks whose states are lengths of files, in which times take more digits or fewer, and a name, in which there is a time. */
const logs: readonly State[] = ["CsvLog", "JsonLines", "UpdateLog", "TensorBoard"];

/**
 * Everything in a folder, in a form that can be compared: by paths, where the times are left out. Of a run's states that is
 * the latest.
 */
export async function contentsOf(folder: string): Promise<Record<string, unknown>> {
  const paths = filesUnder(folder);
  const states = new Set(paths.flatMap((path) => /^(.*\/)?state(?=\/)/.exec(path)?.[0] ?? []));
  const files = paths.filter((path) => ![...states].some((state) => path.startsWith(`${state}/`)));
  const contents = await Promise.all([
    ...files.map(async (path) => [nameOf(path), await contentOf(`${folder}/${path}`)] as const),
    ...[...states].map(async (path) => [path, await stateOf(`${folder}/${path}`)] as const),
  ]);
  return Object.fromEntries(contents);
}

/** Fails unless a folder holds what {@linkcode contentsOf} gave of another. */
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
  if (path.endsWith(".json")) return without(ofTheClock, JSON.parse(text));
  if (path.endsWith(".jsonl")) {
    return text.trimEnd().split("\n").map((line) => without(ofTheClock, JSON.parse(line)));
  }
  if (!path.endsWith(".csv")) return text;
  const { header, rows } = parseCsv(text);
  return rows.map((row) => without(ofTheClock, Object.fromEntries(header.map((name, i) => [name, row[i]]))));
}

async function stateOf(folder: string): Promise<unknown> {
  return await comparable((await latestState(folder))!.state);
}

async function comparable(state: State | undefined): Promise<unknown> {
  if (state instanceof StateRows) {
    const { written, capacity, width, filled } = state;
    return { written, capacity, width, rows: await state.read(0, filled) };
  }
  if (typeof state !== "object" || state === null || ArrayBuffer.isView(state)) return state;
  if (Array.isArray(state)) return await Promise.all(state.map(comparable));
  const { name, ...rest } = state as { readonly [key: string]: State | undefined };
  if (logs.includes(name ?? null)) return { name };
  const kept = Object.entries(without(ofTheClock, { name, ...rest }));
  return Object.fromEntries(
    await Promise.all(kept.map(async ([key, value]) => [key, await comparable(value as State)])),
  );
}

function without(names: ReadonlySet<string>, value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
}

function eventsOf(bytes: Uint8Array): unknown {
  return readEvents(bytes).events.map(({ step, values }) => ({
    step,
    values: values.filter(({ tag }) => !ofTheClock.has(tag) && tag !== ofTheChunk)
      .map(({ hparams, ...value }) => hparams ? { ...value, hparams: { ...hparams, time: 0 } } : value),
  }));
}
