/** A short run and all that it was told, to compare with what other programs read of its files. @module */
import { createRun } from "../../src/config/build.ts";
import type { EpisodeEvent, MetricsEvent, TrainEvent } from "../../src/core/events.ts";
import type { AgentState } from "../../src/agents/agent.ts";
import type { Callback, Run } from "../../src/train/callbacks/callback.ts";
import { SaveCheckpoints } from "../../src/train/callbacks/save_checkpoints.ts";
import { TensorBoard } from "../../src/train/callbacks/tensor_board.ts";
import { StateFolder } from "../../src/train/state_folder.ts";
import tiny from "../config/tiny.json" with { type: "json" };

export const hyperParameters = {
  "environment.id": "CartPole-v1",
  "agent.hidden": "[8]",
  "agent.gamma": 0.99,
  "agent.double": false,
  seed: 0,
  name: "größer ✓",
};

/** 3 pixels wide, 2 high, black but for {@linkcode corner}. */
const picture = {
  png: Uint8Array.fromBase64(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAADklEQVR4nGM4IcfOgAYAEX8A7qhMCkgAAAAASUVORK5CYII=",
  ),
  width: 3,
  height: 2,
};

/** Red, green and blue of the picture's first pixel. */
export const corner = [200, 30, 7];

/** States whose Q values are logged. */
const observations = Float32Array.of(0, 0, 0.1, 0, 1, -1, -0.1, 0.5);

/** What happened in the run. */
export interface Trained {
  readonly metrics: MetricsEvent[];
  readonly episodes: EpisodeEvent[];
  /** At each evaluation: its step, what the agent saves to act, and the Q values of the states. */
  readonly evaluations: { step: number; state: AgentState; q: number[] }[];
  /** What the agent saves in full at the end. */
  state: AgentState;
}

/** Trains into `folder/run`, and into `folder/failed` writes a run that is closed before its end. */
export async function trainInto(folder: string): Promise<Trained> {
  const recorder = new Recorder();
  const board = { hyperParameters, observations, finalPicture: () => Promise.resolve(picture) };
  const run = await createRun(tiny as Parameters<typeof createRun>[0], {
    callbacks: [
      recorder,
      new TensorBoard({ folder: `${folder}/run`, ...board }),
      new SaveCheckpoints({ folder: `${folder}/run`, metadata: { note: "größer ✓" } }),
    ],
    keeper: new StateFolder(`${folder}/run/state`, { every: 50, unit: "step", keep: 2 }),
  });
  try {
    await run.train();
    const failed = new TensorBoard({
      folder: `${folder}/failed`,
      hyperParameters: { ...hyperParameters, seed: 1 },
    });
    await failed.notify({ kind: "start", step: 0, update: 0, episode: 0, seconds: 0 }, { agent: run.agent });
    failed.close();
  } finally {
    run.dispose();
  }
  return recorder;
}

/** Writes down what the others are told, and logs a number of its own. */
class Recorder implements Callback, Trained {
  readonly metrics: MetricsEvent[] = [];
  readonly episodes: EpisodeEvent[] = [];
  readonly evaluations: Trained["evaluations"] = [];
  state: AgentState = {};

  async notify(event: TrainEvent, { agent, emit }: Run): Promise<void> {
    switch (event.kind) {
      case "metrics":
        this.metrics.push(event);
        return;
      case "episode":
        this.episodes.push(event);
        return;
      case "evaluation": {
        const { step, update, episode, seconds, evaluation } = event;
        const values = { "interop/mean": evaluation.mean, "interop/third": 1 / 3 };
        emit({ kind: "metrics", step, update, episode, seconds, values });
        const q: number[] = [];
        q.push(...await agent.getQ(observations));
        this.evaluations.push({ step, state: await agent.save(), q });
        return;
      }
      case "end":
        this.state = await agent.save({ full: true });
    }
  }
}
