/** An agent, a collector and a callback that need no GPU, and a disk that says what it does. @module */
import type {
  AgentReport,
  AgentState,
  GreedyPolicy,
  StepAgent,
  Transitions,
} from "../../src/agents/agent.ts";
import { TrainingError } from "../../src/core/errors.ts";
import type { Due, EvaluationEvent, Progress, ProgressEvent, TrainEvent } from "../../src/core/events.ts";
import type { Counts } from "../../src/core/schedule.ts";
import { Random } from "../../src/core/random.ts";
import type { Callback, Run } from "../../src/train/callbacks/callback.ts";
import type { Collector, CollectorReport } from "../../src/train/collector.ts";
import { type Disk, disk, type DiskFile } from "../../src/train/disk.ts";
import { summarize } from "../../src/train/evaluate.ts";

/** Acts at random, writes down what it is told, and learns a running hash of it. */
export class FakeAgent implements StepAgent {
  readonly environments: number;
  readonly epsilon = 0.5;
  readonly actions: number;
  /** Everything observed, copied. */
  readonly transitions: Transitions[] = [];
  /** What `update` was given, call by call. */
  readonly updates: number[] = [];
  /** Observations acted on, copied. */
  readonly acted: Float32Array[] = [];
  /** After how many steps episodes were cut. */
  readonly cuts: number[] = [];
  /** The parameters: change with every transition and update. */
  readonly parameters = new Float32Array(2);
  /** Policies made and not disposed of. */
  policies = 0;
  #random = new Random(1);
  #reported = 0;
  #episodes = 0;

  constructor(environments = 1, actions = 3) {
    this.environments = environments;
    this.actions = actions;
  }

  get #updated(): number {
    return this.updates.reduce((sum, count) => sum + count, 0);
  }

  get counts(): Counts {
    const steps = this.transitions.length * this.environments;
    return { steps, updates: this.#updated, episodes: this.#episodes };
  }

  act(observations: Float32Array): Uint32Array {
    this.acted.push(observations.slice());
    return Uint32Array.from({ length: this.environments }, () => this.#random.below(this.actions));
  }

  observe(given: Transitions): void {
    const copy = Object.fromEntries(Object.entries(given).map(([name, rows]) => [name, rows.slice()]));
    this.transitions.push(copy as unknown as Transitions);
    const numbers = [...given.observations, ...given.actions, ...given.rewards, ...given.nextObservations];
    for (const number of numbers) this.parameters[0] = this.parameters[0]! * 0.9 + number;
    for (let i = 0; i < this.environments; i++) this.#episodes += given.terminated[i]! | given.truncated[i]!;
  }

  cutEpisodes(): void {
    this.cuts.push(this.transitions.length);
  }

  update(count = 1): void {
    this.updates.push(count);
    for (let i = 0; i < count; i++) this.parameters[1] = this.parameters[1]! * 0.9 + this.parameters[0]!;
  }

  report(): Promise<AgentReport> {
    const { counts } = this;
    const fresh = counts.updates - this.#reported;
    this.#reported = counts.updates;
    return Promise.resolve({
      ...counts,
      epsilon: 0.5,
      learningRate: 0.001,
      losses: new Float32Array(fresh).fill(2),
      meanQ: new Float32Array(fresh).fill(3),
    });
  }

  /** Takes the action that the observation's sum says. */
  policy(environments: number): GreedyPolicy {
    this.policies++;
    return {
      act: (observations) => {
        const width = observations.length / environments;
        return Uint32Array.from({ length: environments }, (_, i) => {
          const row = observations.subarray(i * width, (i + 1) * width);
          return Math.floor(row.reduce((sum, value) => sum + value, 0) * 1000) % this.actions;
        });
      },
      dispose: () => void this.policies--,
    };
  }

  getQ(): Promise<Float32Array> {
    return Promise.resolve(new Float32Array(this.actions));
  }

  lossOf(): Promise<number> {
    return Promise.resolve(this.parameters[1]!);
  }

  save({ full = false } = {}): Promise<AgentState> {
    if (!this.parameters.every(Number.isFinite)) {
      return Promise.reject(new TrainingError("Cannot save online: a parameter is not finite."));
    }
    const online = { shape: [2], data: this.parameters.slice() };
    const clock = { shape: [1], data: Uint32Array.of(this.#updated) };
    return Promise.resolve(full ? { online, clock } : { online });
  }

  load(state: AgentState): void {
    this.parameters.set(state["online"]!.data);
  }

  dispose(): void {}
}

/** Counts: one update a step, an episode every `length` steps with its number as return. */
export class FakeCollector implements Collector {
  readonly members = 1;
  /** What each `collect` was given. */
  readonly untils: Required<Due>[] = [];
  readonly #length: number;
  readonly #chunk: number;
  #steps = 0;
  #reported = 0;

  /** @param options Steps of an episode, and of a call of `collect` at most. */
  constructor({ length = 10, chunk = Infinity } = {}) {
    this.#length = length;
    this.#chunk = chunk;
  }

  collect([until]: readonly (Required<Due> | undefined)[]): Promise<void> {
    if (!until) return Promise.resolve();
    this.untils.push(until);
    const last = Math.min(until.step, until.update, until.episode * this.#length, this.#steps + this.#chunk);
    this.#steps = Number.isFinite(last) ? Math.max(last, this.#steps + 1) : this.#steps + 1;
    return Promise.resolve();
  }

  report(): Promise<[CollectorReport]> {
    const [before, now] = [this.#reported, this.#steps];
    this.#reported = now;
    const episodes = Math.floor(now / this.#length);
    const first = Math.floor(before / this.#length) + 1;
    const finished = Array.from({ length: episodes - first + 1 }, (_, i) => ({
      episode: first + i,
      step: (first + i) * this.#length,
      return: first + i,
      length: this.#length,
      terminated: true,
      truncated: false,
      epsilon: 0.5,
    }));
    const losses = Float32Array.from({ length: now - before }, (_, i) => before + i + 1);
    const meanQ = losses.map((loss) => -loss);
    return Promise.resolve([{
      steps: now,
      updates: now,
      episodes,
      epsilon: 0.5,
      learningRate: 0.001,
      losses,
      meanQ,
      finished,
    }]);
  }
}

/** Writes down the events it is told of, and that it was closed. */
export class Listener implements Callback {
  readonly events: TrainEvent[] = [];
  closed = 0;
  readonly #react: ((event: TrainEvent, run: Run) => void) | undefined;
  readonly #every: number | undefined;

  /** @param options What to do at an event, and every how many steps it wants one. */
  constructor(options: { react?: (event: TrainEvent, run: Run) => void; every?: number } = {}) {
    this.#react = options.react;
    this.#every = options.every;
  }

  due({ step }: Progress): Due {
    const every = this.#every;
    return every ? { step: (Math.floor(step / every) + 1) * every } : {};
  }

  notify(event: TrainEvent, run: Run): void {
    this.events.push(event);
    this.#react?.(event, run);
  }

  close(): void {
    this.closed++;
  }

  /** The events in short: `start`, `episode 1`, `progress 100`, `end`. */
  get story(): string[] {
    return this.events.map((event) => {
      if (event.kind === "episode") return `episode ${event.episode}`;
      return event.kind === "start" || event.kind === "end" ? event.kind : `${event.kind} ${event.step}`;
    });
  }
}

/** Counts of a run that learns at every step, in episodes of 10. */
export function progressAt(step: number, seconds = step / 100): Progress {
  return { step, update: step, episode: Math.floor(step / 10), seconds };
}

/** A progress event of {@linkcode progressAt} with these losses. */
export function progressEvent(step: number, seconds?: number, losses: number[] = []): ProgressEvent {
  const values = Float32Array.from(losses);
  const rates = { epsilon: 0.05, learningRate: 0.001 };
  return { kind: "progress", ...progressAt(step, seconds), ...rates, losses: values, meanQ: values };
}

/** An evaluation event of these returns. */
export function evaluationEvent(
  step: number,
  returns: number[],
  { best = true, seconds = step / 100 } = {},
): EvaluationEvent {
  const evaluation = summarize(returns, returns.map(() => 1));
  return { kind: "evaluation", ...progressAt(step, seconds), evaluation, best };
}

/** Runs `test` in a folder of its own, which is removed. */
export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Makes a pipe into which nobody writes. */
export async function makePipe(path: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("mkfifo", { args: [path] }).output();
  if (!success) throw new Error(`mkfifo: ${new TextDecoder().decode(stderr)}`);
}

/** A disk that does everything, and writes down what and in which order; `fail` throws where it wants to. */
export function listingDisk(done: string[], { fail }: { fail?: (operation: string) => void } = {}): Disk {
  const real = disk();
  const short = (path: string) => path.split("/").at(-1)!.replace(/\.\w{8}\.tmp$/, ".tmp");
  const say = (operation: string) => {
    fail?.(operation);
    done.push(operation);
  };
  const file = (path: string, opened: DiskFile): DiskFile => ({
    get length() {
      return opened.length;
    },
    write: (data) => (say(`write ${short(path)}`), opened.write(data)),
    sync: () => (say(`sync ${short(path)}`), opened.sync()),
    close: () => opened.close(),
  });
  return {
    create: (path) => (say(`create ${short(path)}`), file(path, real.create(path))),
    append: (path, length) => (say(`append ${short(path)}`), file(path, real.append(path, length))),
    rename: (from, to) => (say(`rename ${short(from)} ${short(to)}`), real.rename(from, to)),
    remove: (path, options) => (say(`remove ${short(path)}`), real.remove(path, options)),
    makeFolder: (path) => (say(`makeFolder ${short(path)}`), real.makeFolder(path)),
    syncFolder: (path) => (say(`syncFolder ${short(path)}`), real.syncFolder(path)),
  };
}
