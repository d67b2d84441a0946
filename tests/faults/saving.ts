/** What keeping full states costs. @module */
import { createRun } from "../../src/config/build.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import type { Progress } from "../../src/core/events.ts";
import type { State } from "../../src/core/state.ts";
import { StateFolder } from "../../src/train/state_folder.ts";
import type { Part } from "./part.ts";

/** Seconds from one state to the next by default. */
const period = 300;

/** Share of a run's time that keeping states may take. */
const mostShare = 0.02;

/** Times itself. */
class TimedFolder extends StateFolder {
  readonly seconds: number[] = [];

  override async keep(state: State, progress: Progress): Promise<void> {
    const start = performance.now();
    await super.keep(state, progress);
    this.seconds.push((performance.now() - start) / 1000);
  }
}

/** A run that keeps states at every so many steps; the first of them writes all that is in the replay memory. */
interface Case {
  readonly name: string;
  readonly every: number;
  readonly config: RunConfigInput;
}

const common = { environment: { id: "CartPole-v1" }, evaluation: { every: 10 ** 9, episodes: 1 } } as const;

const cases: readonly Case[] = [
  {
    name: "4-128-128-2, replay of 10,000",
    every: 2000,
    config: {
      ...common,
      agent: {
        kind: "dqn",
        hidden: [128, 128],
        replay: { capacity: 10_000, batch: 128 },
        train: { every: 10 },
      },
      budget: { steps: 12_000 },
    },
  },
  {
    name: "4-256-256-2, replay of 1,000,000, 100,000 steps from state to state",
    every: 100_000,
    config: {
      ...common,
      environment: { id: "CartPole-v1", count: 64 },
      agent: {
        kind: "dqn",
        hidden: [256, 256],
        replay: { capacity: 1_000_000, batch: 128, warmup: 1_000_000 },
        train: { every: 64 },
      },
      budget: { steps: 1_200_000 },
    },
  },
];

/** Measures how long a training loop stands still for a state. */
export const saving: Part = {
  name: "saving",
  summary: "what keeping full states costs, as a share of a run's time",
  async run({ tell }) {
    const figures: Record<string, unknown> = {};
    const failures: string[] = [];
    for (const { name, every, config } of cases) {
      const folder = await Deno.makeTempDir({ prefix: "qernel-saving-" });
      const keeper = new TimedFolder(folder, { every, unit: "step", keep: 2 });
      const run = await createRun(config, { keeper });
      try {
        await run.train();
      } finally {
        run.dispose();
        await Deno.remove(folder, { recursive: true });
      }
      const sorted = keeper.seconds.toSorted((a, b) => a - b);
      const [median, most] = [sorted[sorted.length >> 1]!, sorted.at(-1)!];
      const share = most / period;
      figures[name] = {
        states: sorted.length,
        medianMilliseconds: Number((1000 * median).toFixed(1)),
        mostMilliseconds: Number((1000 * most).toFixed(1)),
        shareOfTimeAtTheDefaultPeriod: Number(share.toPrecision(2)),
      };
      tell(`${name}: ${JSON.stringify(figures[name])}`);
      if (share > mostShare) {
        failures.push(`${name}: keeping states takes ${share} of a run's time, wanted ${mostShare}`);
      }
    }
    return { figures, failures };
  },
};
