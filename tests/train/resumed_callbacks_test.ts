import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import type { Due, EpisodeEvent, TrainEvent } from "../../src/core/events.ts";
import { Random } from "../../src/core/random.ts";
import type { State } from "../../src/core/state.ts";
import type { Callback, Run } from "../../src/train/callbacks/callback.ts";
import { CsvLog } from "../../src/train/callbacks/csv_log.ts";
import { EarlyStopping } from "../../src/train/callbacks/early_stopping.ts";
import { EvaluateEvery } from "../../src/train/callbacks/evaluate_every.ts";
import { JsonLines } from "../../src/train/callbacks/json_lines.ts";
import { LiveChart } from "../../src/train/callbacks/live_chart.ts";
import { Measure } from "../../src/train/callbacks/measure.ts";
import { evaluationValues } from "../../src/train/callbacks/metrics.ts";
import { PrintLines } from "../../src/train/callbacks/print_lines.ts";
import { ProgressBar } from "../../src/train/callbacks/progress_bar.ts";
import type { ProgressStream } from "../../src/train/callbacks/progress_stream.ts";
import { SaveCheckpoints } from "../../src/train/callbacks/save_checkpoints.ts";
import { StopAtThreshold } from "../../src/train/callbacks/stop_at_threshold.ts";
import { TensorBoard } from "../../src/train/callbacks/tensor_board.ts";
import { UpdateLog } from "../../src/train/callbacks/update_log.ts";
import { WarnReturnsOutside } from "../../src/train/callbacks/returns_outside.ts";
import { ValidationLoss } from "../../src/train/callbacks/validation_loss.ts";
import { disk, replaceDisk } from "../../src/train/disk.ts";
import { summarize } from "../../src/train/evaluate.ts";
import { unsynced } from "../faults/unsynced_disk.ts";
import { evaluationEvent, FakeAgent, progressAt, progressEvent, withFolder } from "./fakes.ts";

/** Where a callback under test writes. */
interface Places {
  readonly folder: string;
  readonly stream: ProgressStream;
}

const evaluator = (_: unknown, { seed }: { readonly seed: number }) =>
  Promise.resolve(summarize([seed % 7, seed % 11], [3, 4]));
const print = { every: 2, text: "{step} {episode} {return} {loss} {evaluationMean}" };
const budget = { steps: 400 };
const transitions = {
  observations: Float32Array.of(1, 2),
  actions: Uint32Array.of(0),
  rewards: Float32Array.of(1),
  nextObservations: Float32Array.of(3, 4),
  terminated: Uint8Array.of(1),
  truncated: Uint8Array.of(0),
};

/** Every callback that there is, with options that make it remember as much as it can. */
const makers: readonly ((places: Places) => Callback)[] = [
  ({ folder }) => new CsvLog({ folder, columns: ["mine"] }),
  ({ folder }) => new JsonLines({ folder }),
  ({ folder }) => new UpdateLog({ folder }),
  ({ folder }) => new TensorBoard({ folder, hyperParameters: { a: 1 } }),
  ({ folder }) => new SaveCheckpoints({ folder, metadata: { a: "b" } }),
  ({ folder }) => new SaveCheckpoints({ folder, topK: 3, interval: { every: 20 } }),
  ({ folder }) => new SaveCheckpoints({ folder, monitor: "loss", mode: "min", topK: 2 }),
  () => new EvaluateEvery({ interval: { every: 15 }, episodes: 2, seed: 1, evaluator }),
  () => new EvaluateEvery({ interval: { every: 3, unit: "episode" }, episodes: 2, seed: 1, evaluator }),
  () => new Measure({ interval: { every: 15 } }),
  () => new Measure({ interval: { every: 3, unit: "episode" } }),
  () => new EarlyStopping({ monitor: "loss", mode: "min", patience: 2, minDelta: 0.5 }),
  () => new EarlyStopping({ monitor: "evaluationMean", mode: "max", patience: 3, stoppingThreshold: 5 }),
  () => new StopAtThreshold(4),
  () => new ValidationLoss({ transitions }),
  ({ stream }) =>
    new WarnReturnsOutside({ bounds: [0, 1], keys: ["a", "b"], print: (line) => stream.write(line) }),
  ({ stream }) => new PrintLines({ ...print, unit: "episode", stream }),
  ({ stream }) => new PrintLines({ ...print, unit: "evaluation", stream }),
  ({ stream }) => new PrintLines({ ...print, every: 15, unit: "step", stream }),
  ({ stream }) => new LiveChart({ stream, window: 5 }),
  ({ stream }) => new ProgressBar({ stream, budget }),
];

/** A run as its callbacks see it: chunks of some length, with metrics, evaluations and episodes now and then. */
function makeEvents(seed: number): TrainEvent[] {
  const random = new Random(seed);
  const events: TrainEvent[] = [{ kind: "start", ...progressAt(0) }];
  let step = 0;
  for (let chunk = 0; chunk < 15; chunk++) {
    const former = step;
    step += chunk === 14 ? 20 : 1 + random.below(20); // Something is due where it ends.
    for (let at = former + 1; at <= step; at++) if (at % 10 === 0) events.push(episode(at));
    const losses = Array.from({ length: step - former }, () => random.below(9) / 8);
    const [counts, farthest] = [Float32Array.from(losses, Math.floor), Float32Array.from(losses)];
    events.push({ ...progressEvent(step, step, losses), outside: { counts, farthest } });
    if (random.below(2) === 0) {
      const values = { loss: random.below(9), mine: random.below(9) };
      events.push({ kind: "metrics", ...progressAt(step, step), values });
    }
    if (random.below(3) > 0) continue;
    const evaluation = evaluationEvent(step, [random.below(9), random.below(9)], { seconds: step });
    const values = evaluationValues(evaluation.evaluation) as Record<string, number>;
    events.push(evaluation, { kind: "metrics", ...progressAt(step, step), values });
  }
  const last = { ...progressAt(step, step), reason: "over" };
  return [...events, { kind: "stop", ...last }, { kind: "end", ...last }];
}

/** Where a run may be saved: never among the episodes of a chunk, nor once it stops. */
function cutsOf(events: readonly TrainEvent[]): number[] {
  const kinds = ["start", "progress", "metrics", "evaluation"];
  return events.flatMap(({ kind }, at) => kinds.includes(kind) ? [at + 1] : []);
}

function episode(step: number): EpisodeEvent {
  const ends = { terminated: step % 20 === 0, truncated: step % 20 > 0 };
  return { kind: "episode", ...progressAt(step, step), return: step % 7, length: 10, ...ends, epsilon: 0.5 };
}

/** What a callback does, event by event. */
class Trial {
  /** What it emitted, how it stopped the run and what it printed, by the number of the event; speeds and times left out. */
  readonly said: string[][] = [];
  /** What it wants to be told of, after each event. */
  readonly dues: (Due | undefined)[] = [];
  readonly callback: Callback;
  readonly #agent = new FakeAgent();
  #now: string[] = [];

  constructor(make: (places: Places) => Callback, folder: string) {
    const write = (text: string) =>
      void this.#now.push(text.replace(/ {2}[\d,]+ steps\/s/g, "").replace(/ {2}eta [\d:]+/g, ""));
    this.callback = make({ folder, stream: { write } });
  }

  async tell(event: TrainEvent, number: number): Promise<void> {
    this.#now = this.said[number] = [];
    this.#agent.parameters.fill(event.step);
    const progress = progressAt(event.step);
    const run: Run = {
      agent: this.#agent,
      progress,
      emit: (emitted) => void this.#now.push(JSON.stringify({ ...emitted, seconds: undefined })),
      stop: (reason) => void this.#now.push(reason),
    };
    await this.callback.notify(event, run);
    this.dues[number] = this.callback.due?.(progress);
    if (event.kind !== "end") return;
    await Promise.resolve(this.callback.close?.()).catch((error) => this.#now.push(error.message));
  }
}

function filesIn(folder: string): Record<string, string> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
  return Object.fromEntries(
    names.map((name) => [name, new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`))]),
  );
}

/** Lets time stand still, so that files hold the same times. */
function withoutTime(): Disposable {
  const { now } = Date;
  Date.now = () => 1e12;
  return { [Symbol.dispose]: () => void (Date.now = now) };
}

for (const [i, make] of makers.entries()) {
  const { name } = make({ folder: "unused", stream: { write: () => {} } }).constructor;
  Deno.test(`${name} goes on from what it saved as if nothing had been, wherever it is cut (${i})`, async () => {
    using _time = withoutTime();
    using _disk = replaceDisk(unsynced(disk()));
    const events = makeEvents(1);
    await withFolder(async (parent) => {
      const folder = (cut: number) => {
        Deno.mkdirSync(`${parent}/${cut}`);
        return `${parent}/${cut}`;
      };
      const whole = new Trial(make, folder(0));
      for (const [at, event] of events.entries()) await whole.tell(event, at);
      const files = filesIn(`${parent}/0`);
      for (const cut of cutsOf(events)) {
        const first = new Trial(make, folder(cut));
        for (let at = 0; at < cut; at++) await first.tell(events[at]!, at);
        const saved = structuredClone(await first.callback.save!());
        // It goes on for a while, in another way, and comes to nothing.
        for (const event of makeEvents(9).slice(cut, cut + 7)) {
          await first.tell(event, events.length).catch(() => {});
        }
        await Promise.resolve(first.callback.close?.()).catch(() => {});
        const second = new Trial(make, `${parent}/${cut}`);
        await second.callback.load?.(saved);
        const { step } = events[cut - 1]!;
        await second.tell({ kind: "start", ...progressAt(step, step), from: progressAt(0) }, 0);
        assertEquals(second.said[0], []);
        if (cut > 1) assertEquals(second.dues[0], whole.dues[cut - 1]);
        for (let at = cut; at < events.length; at++) await second.tell(events[at]!, at);
        assertEquals(second.said.slice(cut), whole.said.slice(cut));
        assertEquals(second.dues.slice(cut), whole.dues.slice(cut));
        assertEquals(filesIn(`${parent}/${cut}`), files);
      }
    });
  });
}

Deno.test("every callback is among those that are cut above", async () => {
  const tested = new Set(
    makers.map((make) => make({ folder: "", stream: { write: () => {} } }).constructor.name),
  );
  const folder = new URL("../../src/train/callbacks/", import.meta.url);
  const found = [];
  for await (const { name } of Deno.readDir(folder)) {
    const text = await Deno.readTextFile(new URL(name, folder));
    found.push(
      ...Array.from(text.matchAll(/^export class (\w+) implements Callback/gm), ([, each]) => each!),
    );
  }
  assert(found.length > 10);
  assertEquals(found.filter((name) => !tested.has(name)), []);
});

const at20: TrainEvent = { kind: "start", ...progressAt(20) };
const noRun: Run = { agent: new FakeAgent(), progress: progressAt(0), emit: () => {}, stop: () => {} };

Deno.test("a log that is shorter than it was when it was saved is refused, with what was found and wanted", async () => {
  await withFolder(async (folder) => {
    const log = new UpdateLog({ folder });
    await log.notify({ kind: "start", ...progressAt(0) });
    const saved = await log.save();
    log.close();
    Deno.writeTextFileSync(`${folder}/updates.csv`, "update,");
    const other = new UpdateLog({ folder });
    other.load(saved);
    await assertRejects(
      async () => await other.notify(at20),
      UsageError,
      `Cannot go on with ${folder}/updates.csv: it holds 7 bytes, wanted the 18 bytes that it held when the run was saved`,
    );
    other.close();
  });
});

Deno.test("an evaluation that was interrupted is made up for when the run goes on, with the seed that it would have had", async () => {
  const seeds: number[] = [];
  const make = (signal?: AbortSignal) => {
    const emitted: TrainEvent[] = [];
    const callback = new EvaluateEvery({
      interval: { every: 10 },
      episodes: 1,
      seed: 1,
      evaluator: (agent, options) => {
        seeds.push(options.seed);
        signal?.throwIfAborted();
        return evaluator(agent, options);
      },
    });
    const run: Run = { ...noRun, signal, emit: (event) => void emitted.push(event) };
    return { callback, emitted, tell: async (event: TrainEvent) => await callback.notify(event, run) };
  };
  const first = make(AbortSignal.abort("interrupted"));
  await first.tell({ kind: "start", ...progressAt(0) });
  await first.tell(progressEvent(12));
  const second = make();
  second.callback.load(first.callback.save());
  await second.tell({ kind: "start", ...progressAt(12) });
  await second.tell(progressEvent(15));
  await second.tell(progressEvent(20));
  assertEquals([first.emitted.length, second.emitted.map(({ step }) => step)], [0, [12, 20]]);
  assertEquals([seeds[0] === seeds[1], seeds[1] === seeds[2]], [true, false]);
});

Deno.test("states with names that lead out of the folder are refused", async () => {
  const top = { step: 1, update: 1, value: 1, file: "../top-1.safetensors" };
  const rest = { top: [], monitor: { logged: [], overdue: false }, files: [] };
  const saver = () => new SaveCheckpoints({ folder: "unused" });
  const bytes = new Uint8Array(1);
  for (
    const state of [{ ...rest, top: [top] }, { ...rest, files: [{ name: "../top-1.safetensors", bytes }] }]
  ) {
    assertThrows(
      () => saver().load(state),
      UsageError,
      "Cannot restore the file ../top-1.safetensors: wanted",
    );
  }
  saver().load(rest);
  const board = new TensorBoard({ folder: "unused" });
  const state: State = {
    file: { name: "events.out.tfevents./../../a", length: 1 },
    episodes: [],
    losses: { sum: 0, count: 0 },
  };
  assertThrows(
    () => board.load(state),
    UsageError,
    "Cannot go on with the event file events.out.tfevents./../../a",
  );
  await board.close();
});

Deno.test("SaveCheckpoints writes back nothing that is as it was", async () => {
  await withFolder(async (folder) => {
    const options = { folder, topK: 2 };
    const saver = new SaveCheckpoints(options);
    const told = (step: number): TrainEvent[] => [
      evaluationEvent(step, [step]),
      { kind: "metrics", ...progressAt(step), values: { evaluationMean: step } },
    ];
    for (const event of [{ kind: "start", ...progressAt(0) } as const, ...told(10), ...told(20)]) {
      await saver.notify(event, noRun);
    }
    const saved = await saver.save();
    const inode = (name: string) => Deno.statSync(`${folder}/${name}.safetensors`).ino;
    const before = ["best", "top-10", "top-20"].map(inode);
    Deno.writeTextFileSync(`${folder}/top-10.safetensors`, "changed");
    Deno.writeTextFileSync(`${folder}/top-30.safetensors`, "of later");
    const other = new SaveCheckpoints(options);
    other.load(saved);
    await other.notify(at20, noRun);
    const after = ["best", "top-10", "top-20"].map(inode);
    assertEquals(after.map((each, i) => each === before[i]), [true, false, true]);
    assertStrictEquals("top-30.safetensors" in filesIn(folder), false);
  });
});
