/** A run as TensorBoard shows it. @module */
import {
  type EndEvent,
  type EpisodeEvent,
  type EvaluationEvent,
  interrupted,
  type ProgressEvent,
  type StartEvent,
  type TrainEvent,
} from "../../core/events.ts";
import { excerpt, UsageError } from "../../core/errors.ts";
import { type State, StateReader } from "../../core/state.ts";
import { EventRecords, type SummaryEvent } from "../../format/tensorboard.ts";
import { histogram } from "../../format/tensorboard_summary.ts";
import {
  hparamsEnd,
  hparamsExperiment,
  hparamsStart,
  type RunParameters,
} from "../../format/tensorboard_hparams.ts";
import { makeFolder } from "../atomic_write.ts";
import type { Callback, Run } from "./callback.ts";
import { GrowingFile } from "./growing_file.ts";

export type { RunParameters };

/** What {@linkcode TensorBoard} writes beside what it is told, and where. */
export interface TensorBoardOptions {
  /** Folder of the event file, made when missing. Runs are told apart by their folders. */
  readonly folder: string;
  /** The run's row on the HParams page: its config, flattened, say. None by default. */
  readonly hyperParameters?: RunParameters;
  /** Observations `[N, width]` whose Q values make up the histogram `qValues`; none by default. */
  readonly observations?: Float32Array;
  /** Makes the image `finalPicture` once training has ended by itself; no image by default. */
  readonly finalPicture?: () => Promise<FinalPicture | undefined>;
}

/** A PNG file and its size in pixels. */
export interface FinalPicture {
  /** Bytes of the file. */
  readonly png: Uint8Array;
  /** Pixels from left to right. */
  readonly width: number;
  /** Pixels from top to bottom. */
  readonly height: number;
}

/** Scalars that the HParams page compares runs by; those that a run does not log stay empty. */
const columns = ["evaluationMean", "winRate", "return100", "loss", "stepsPerSecond"];

/**
 * Writes `events.out.tfevents.<time>.qernel.<process>.<step>` from the step on at which the run begins or goes on:
 *
 * - scalars: all values of metrics events under their own names, over environment steps;
 * - scalars over the number of the episode: `episode/Return`, `episode/Length`, and `episode/Q-Error`, the mean loss of
 *   the updates reported since the chunk of the episode logged before. Losses are known by chunk, not by episode, so
 *   that episodes that end in one chunk share a value; without updates there is none. All of the first 5,000 episodes
 *   are logged, then every 10th, and from 50,000 on every 100th: 10,000 records in a run of 100,000 episodes;
 * - histograms at each evaluation: every array of floats that the agent saves, under its name in checkpoints, and `qValues`;
 * - the page of hyper-parameters, on which a run that is closed before its end has failed;
 * - at the end, unless the run was interrupted, the image `finalPicture`.
 *
 * Records go out once a chunk: a run that is killed leaves a file that can be read. A run that goes on from a saved state
 * goes on in the same file.
 */
export class TensorBoard implements Callback {
  readonly #options: TensorBoardOptions;
  #file: GrowingFile | undefined;
  /** The file's. */
  #name = "";
  /** Bytes of that file that a run goes on behind. */
  #length: number | undefined;
  /** Not in the file yet. */
  #records: EventRecords | undefined;
  /** Episodes to log, ended in the chunk whose losses are still to come. */
  #episodes: Pick<EpisodeEvent, "episode" | "return" | "length">[] = [];
  /** Of the losses since the chunk of the episode logged last. */
  #losses = { sum: 0, count: 0 };
  /** The latest that was written. */
  #time = 0;

  /** Writes nothing yet. */
  constructor(options: TensorBoardOptions) {
    this.#options = options;
  }

  notify(event: TrainEvent, { agent }: Pick<Run, "agent">): void | Promise<void> {
    switch (event.kind) {
      case "start":
        return this.#start(event);
      case "episode":
        if (isLogged(event.episode)) this.#episodes.push(event);
        return;
      case "progress":
        this.#addEpisodes(event);
        return this.#flush();
      case "metrics":
        return this.#add(event.step, Object.entries(event.values).map(([tag, scalar]) => ({ tag, scalar })));
      case "evaluation":
        return this.#addHistograms(event, agent);
      case "end":
        return this.#end(event);
    }
  }

  close(): void {
    if (!this.#file) return;
    try {
      this.#add(0, [hparamsEnd("failure", this.#now())]);
      this.#flush();
    } finally {
      this.#release();
    }
  }

  async save(): Promise<State> {
    this.#flush();
    return {
      file: this.#file && { name: this.#name, length: await this.#file.sync() },
      episodes: this.#episodes.map(({ episode, return: total, length }) => ({
        episode,
        return: total,
        length,
      })),
      losses: { ...this.#losses },
    };
  }

  load(state: State): void {
    const saved = new StateReader(state, "TensorBoard");
    const file = saved.optional("file");
    const losses = saved.child("losses");
    this.#episodes = saved.children("episodes").map((each) => ({
      episode: each.count("episode"),
      return: each.number("return"),
      length: each.count("length"),
    }));
    this.#losses = { sum: losses.number("sum"), count: losses.count("count") };
    this.#name = file ? readName(file) : "";
    this.#length = file?.count("length");
  }

  async #start({ step }: StartEvent): Promise<void> {
    const { folder, hyperParameters = {} } = this.#options;
    await makeFolder(folder);
    if (this.#length !== undefined) {
      this.#file = new GrowingFile(`${folder}/${this.#name}`, this.#length);
      this.#records = new EventRecords();
      this.#length = undefined;
      return;
    }
    const time = this.#now();
    this.#name = `events.out.tfevents.${Math.floor(time)}.qernel.${Deno.pid}.${step}`;
    this.#file = new GrowingFile(`${folder}/${this.#name}`, 0);
    this.#records = new EventRecords(time);
    this.#add(0, [hparamsExperiment({ hyperParameters, metrics: columns, created: time })]);
    this.#add(0, [hparamsStart(hyperParameters, time)]);
    this.#flush();
  }

  #add(step: number, values: SummaryEvent["values"]): void {
    this.#records?.add({ wallTime: this.#now(), step, values });
  }

  #flush(): void {
    if (this.#file && this.#records) this.#file.write(this.#records.take());
  }

  #addEpisodes({ losses }: ProgressEvent): void {
    for (const loss of losses) this.#losses.sum += loss;
    this.#losses.count += losses.length;
    if (this.#episodes.length === 0) return;
    const { sum, count } = this.#losses;
    const error = count > 0 ? [{ tag: "episode/Q-Error", scalar: sum / count }] : [];
    for (const { episode, return: sumOfRewards, length } of this.#episodes) {
      this.#add(episode, [
        { tag: "episode/Return", scalar: sumOfRewards },
        { tag: "episode/Length", scalar: length },
        ...error,
      ]);
    }
    this.#losses = { sum: 0, count: 0 };
    this.#episodes = [];
  }

  async #addHistograms({ step }: EvaluationEvent, agent: Run["agent"]): Promise<void> {
    for (const [tag, { data }] of Object.entries(await agent.save())) {
      if (data instanceof Float32Array) this.#add(step, [{ tag, histogram: histogram(data) }]);
    }
    const { observations } = this.#options;
    if (!observations) return;
    this.#add(step, [{ tag: "qValues", histogram: histogram(await agent.getQ(observations)) }]);
  }

  async #end({ step, reason }: EndEvent): Promise<void> {
    const image = reason === interrupted ? undefined : await this.#options.finalPicture?.();
    if (image) this.#add(step, [{ tag: "finalPicture", image }]);
    this.#add(0, [hparamsEnd("success", this.#now())]);
    this.#flush();
    await this.#file?.sync();
    this.#release();
  }

  /** Unix time in seconds; where the clock is set back, it waits for it. */
  #now(): number {
    return this.#time = Math.max(this.#time, Date.now() / 1000);
  }

  #release(): void {
    this.#file?.close();
    this.#file = this.#records = undefined;
  }
}

/** The name of an event file. @throws {UsageError} When it is none, but leads out of the folder say. */
function readName(saved: StateReader): string {
  const name = saved.text("name");
  if (/^events\.out\.tfevents\.[\w.]+$/.test(name)) return name;
  throw new UsageError(
    `Cannot go on with the event file ${excerpt(name)}: wanted a name like events.out.tfevents.0`,
  );
}

function isLogged(episode: number): boolean {
  return episode % (episode <= 5_000 ? 1 : episode <= 50_000 ? 10 : 100) === 0;
}
