/** Whether folders of runs, or of sweeps, hold the same but for what the clock says. @module */
import { assertEquals } from "@std/assert";
import { type State, StateRows } from "../../src/core/state.ts";
import { parseCsv } from "../../src/format/csv.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { latestState } from "../../src/train/latest_state.ts";
import { readEvents, type ReadHParams } from "../format/tensorboard_reader.ts";
import { filesUnder } from "./task.ts";

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

/** Asserts that a folder holds, bit for bit, what another does, or what {@linkcode contentsOf} gave of that. */
export async function assertSameRun(
  actual: string,
  expected: string | Record<string, unknown>,
): Promise<void> {
  const found = await contentsOf(actual);
  const wanted = typeof expected === "string" ? await contentsOf(expected) : expected;
  assertEquals(Object.keys(found), Object.keys(wanted), actual);
  for (const [path, content] of Object.entries(found)) {
    assertEquals(content, wanted[path], `${actual}/${path}`);
  }
}

async function stateOf(folder: string): Promise<unknown> {
  return await comparable((await latestState(folder))!.state);
}

/** A state with the bits of its arrays and rows. */
async function comparable(state: State | undefined): Promise<unknown> {
  if (state instanceof StateRows) {
    const { written, capacity, width, filled } = state;
    return { written, capacity, width, rows: filled > 0 ? bitsOf(await state.read(0, filled)) : [] };
  }
  if (Array.isArray(state)) return await Promise.all(state.filter(isCompared).map(comparable));
  if (ArrayBuffer.isView(state)) return bitsOf(state);
  if (typeof state === "number") return Object.is(state, -0) ? "-0" : state;
  if (typeof state !== "object" || state === null) return state;
  const { name, ...rest } = state as { readonly [key: string]: State | undefined };
  if (logs.includes(name ?? null)) return { name };
  if (name === "SaveCheckpoints") return { name, state: await comparable(ofCheckpoints(rest["state"])) };
  const entries = Object.entries({ name, ...rest }).filter(([key]) => !ofTheClock.has(key));
  return Object.fromEntries(
    await Promise.all(entries.map(async ([key, value]) => [key, await comparable(value)] as const)),
  );
}

/** Without bytes of files, which tell of the config, and without when the last one was written: a run that goes on does that, too. */
function ofCheckpoints(state: State | undefined): State | undefined {
  const { files: _, last: __, ...others } = state as Record<string, State>;
  return others;
}

/** Whether this is none of what shows a run, which `--quiet` leaves out, and none of a test's own callbacks, which have no class. */
function isCompared(state: State): boolean {
  const { name } = (state ?? {}) as { readonly name?: unknown };
  return !["ProgressBar", "LiveChart", "PrintLines", "Object"].includes(String(name));
}

/** Event files have the time in their names. */
function nameOf(path: string): string {
  return path.replace(/tfevents\.\d+\.qernel\.\d+/, "tfevents");
}

async function contentOf(path: string): Promise<unknown> {
  if (path.endsWith(".safetensors")) return await checkpointOf(path);
  const bytes = await Deno.readFile(path);
  if (path.includes(".tfevents.")) return eventsOf(bytes);
  if (!/\.(json|jsonl|csv)$/.test(path)) return bytes;
  const text = new TextDecoder().decode(bytes);
  if (path.endsWith(".json")) return withoutClock(JSON.parse(text));
  if (path.endsWith(".jsonl")) {
    return text.trimEnd().split("\n").map((line) => withoutClock(JSON.parse(line)));
  }
  const { header, rows } = parseCsv(text);
  // An empty field is as none: a file that an earlier version began may not have its column.
  const known = (row: readonly string[]) =>
    header.map((name, i) => [name, row[i]] as const).filter(([, field]) => field !== "");
  return rows.map((row) => withoutClock(Object.fromEntries(known(row))));
}

/** Without the config: the budget of one that went on may be larger. */
async function checkpointOf(path: string): Promise<unknown> {
  const { state, metadata: { config: _, ...texts } } = await loadCheckpoint(path);
  const tensors = Object.entries(state).map(([name, { shape, data }]) =>
    [name, shape, bitsOf(data)] as const
  );
  return { tensors: tensors.sort(([a], [b]) => a < b ? -1 : 1), texts };
}

/** As `-0` and `0`, and many a `NaN`, are the same to assertions. */
function bitsOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function withoutClock(value: Record<string, unknown>): unknown {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !ofTheClock.has(name)));
}

function eventsOf(bytes: Uint8Array): unknown {
  return readEvents(bytes).events.map(({ step, values }) => ({
    step,
    values: values.filter(({ tag }) => !ofTheClock.has(tag) && tag !== ofTheChunk)
      .map(({ hparams, ...value }) => hparams ? { ...value, hparams: lasting(hparams) } : value),
  }));
}

/** Without times, and without the budget that a run began with. */
function lasting({ time: _, start, ...hparams }: ReadHParams): ReadHParams {
  const others = Object.entries(start ?? {}).filter(([name]) => !name.startsWith("budget."));
  return { ...hparams, ...start ? { start: Object.fromEntries(others) } : {} };
}
