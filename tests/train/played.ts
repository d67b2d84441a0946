/** What a device loop has played, given to the host's loop step by step, for tests. @module */
import { DqnAgent } from "../../src/agents/dqn.ts";
import { box, discrete } from "../../src/core/spaces.ts";
import { type Environment, noInfo } from "../../src/envs/environment.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import type { Learner } from "../../src/learner/learner.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import type { TransitionLayout } from "../../src/ops/replay.ts";
import { HostCollector } from "../../src/train/host_collector.ts";
import type { TrainRule } from "../../src/train/update_rule.ts";
import { observationsOf } from "../learner/replay_rows.ts";
import type { Story } from "./device_loop.ts";

/** The first `count` transitions that a learner of one member has stored, a row each. */
export async function rowsOf(
  { replay: { rows, layout } }: Learner,
  count: number,
): Promise<Float32Array<ArrayBuffer>[]> {
  const all = await rows.read();
  return Array.from({ length: count }, (_, i) => all.slice(i * layout.row, (i + 1) * layout.row));
}

/** Steps of one environment from replay rows, whatever it is asked to do. */
class Played implements Environment {
  readonly observationSpace;
  readonly actionSpace;
  readonly #rows: readonly Float32Array<ArrayBuffer>[];
  readonly #layout: TransitionLayout;
  #at = 0;

  constructor(rows: readonly Float32Array<ArrayBuffer>[], layout: TransitionLayout) {
    this.observationSpace = box([layout.width], -Infinity, Infinity);
    this.actionSpace = discrete(layout.actions);
    this.#rows = rows;
    this.#layout = layout;
  }

  reset() {
    const row = this.#rows[Math.min(this.#at, this.#rows.length - 1)]!;
    return { observation: observationsOf(row, this.#layout).observation, info: noInfo };
  }

  step() {
    const row = this.#rows[this.#at++]!;
    const [, reward, terminated, truncated] = row.subarray(this.#layout.outcome);
    const ends = { terminated: terminated === 1, truncated: truncated === 1 };
    return { observation: observationsOf(row, this.#layout).next, reward: reward!, ...ends, info: noInfo };
  }
}

/** A host agent that takes the actions in replay rows `[steps, environments]`, and writes down those of its own. */
export class PlayedAgent extends DqnAgent {
  readonly rows: readonly Float32Array<ArrayBuffer>[];
  readonly own: number[] = [];

  constructor(gpu: Gpu, options: LearnerOptions, rows: readonly Float32Array<ArrayBuffer>[]) {
    super(gpu, options);
    this.rows = rows;
  }

  /** The actions in the rows. */
  get taken(): number[] {
    return this.rows.map((row) => row[this.learner.replay.layout.outcome]!);
  }

  override async act(observations: Float32Array): Promise<Uint32Array> {
    const first = this.own.length;
    this.own.push(...await super.act(observations));
    return Uint32Array.from(this.taken.slice(first, this.own.length));
  }
}

/** Runs the host's loop over all that `agent` is to play. */
export async function collectPlayed(agent: PlayedAgent, train: TrainRule): Promise<Story> {
  const { rows, environments, learner: { replay: { layout } } } = agent;
  const environment = new VectorEnvironment(
    environments,
    (i) => new Played(rows.filter((_, at) => at % environments === i), layout),
  );
  const collector = new HostCollector(agent, environment, { train, seed: 0 });
  const story: Story = { dues: [], finished: [], losses: [], meanQ: [] };
  for (let step = 0; step < rows.length;) {
    await collector.collect([{ step: rows.length, update: Infinity, episode: Infinity }]);
    const [{ steps, finished, losses, meanQ }] = await collector.report();
    story.finished.push(...finished);
    story.losses.push(...losses);
    story.meanQ.push(...meanQ);
    step = steps;
  }
  return story;
}
