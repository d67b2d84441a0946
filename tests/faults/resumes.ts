/** Runs that are ended at a random place and gone on with by fresh objects: bit for bit as if they had never been ended. @module */
import { trainPopulation } from "../../src/cli/train_population.ts";
import { openForResume, resumeRun } from "../../src/cli/resume_run.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import type { RunConfig } from "../../src/config/run_config.ts";
import { Random } from "../../src/core/random.ts";
import { Gpu } from "../../src/gpu/device.ts";
import type { Callback } from "../../src/train/callbacks/callback.ts";
import { assertSameRun } from "../cli/same_run.ts";
import { withFolder } from "../cli/task.ts";
import type { Part } from "./part.ts";
import { type Ending, type ResumeCase, resumeCases } from "./resume_cases.ts";

/** What ends a run as a kill does: nothing is written after it that was not before. */
class Kill extends Error {}

/** Ends runs at one of their events, counted over all of them; at none by default. */
class Ender {
  readonly #controller = new AbortController();
  readonly #at: number;
  readonly #ending: Ending | undefined;
  /** Events so far. */
  count = 0;

  constructor(ending?: Ending, at = Infinity) {
    this.#ending = ending;
    this.#at = at;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly watch = (): Callback => ({
    notify: () => {
      if (++this.count < this.#at) return;
      if (this.#ending === "killed") throw new Kill("killed");
      this.#controller.abort();
    },
    save: () => null,
  });
}

/** Where and on what runs go on. */
interface Place {
  readonly parent: string;
  readonly gpu: Gpu;
}

/** Ends the runs of a case, goes on with them, and looks whether they are those that were never ended. */
export async function tryResume({ configs, endings }: ResumeCase, gpu: Gpu, random: Random): Promise<void> {
  await withFolder(async (folder) => {
    const [whole, ended] = [`${folder}/whole`, `${folder}/ended`].map((parent) => ({ parent, gpu }));
    const unended = new Ender();
    await goOn(configs, whole!, unended);
    for (const ending of endings) {
      const at = 1 + random.below(unended.count);
      if (ending !== "smaller budget") await goOn(configs, ended!, new Ender(ending, at));
      else await trainWithLess(configs[0]!, ended!, random);
    }
    await goOn(configs, ended!, new Ender());
    for (const i of configs.keys()) {
      await assertSameRun(`${ended!.parent}/${i}`, `${whole!.parent}/${i}`);
    }
  });
}

/** Begins runs or goes on with them, each in a folder of its own. */
async function goOn(configs: readonly RunConfig[], { parent, gpu }: Place, ender: Ender): Promise<void> {
  const runs = [];
  for (const [i, config] of configs.entries()) {
    const folder = `${parent}/${i}`;
    runs.push({ name: "test", config, folder, held: await openForResume(folder, config) });
  }
  const { signal, watch } = ender;
  const [{ folder, ...alone }] = runs as [typeof runs[0]];
  const { held } = alone;
  const errors = configs.length > 1 ? await trainPopulation(runs, { gpu, signal, watch }) : [
    await trainRun(alone, { out: folder, ...silent, signal, gpu, watch: watch(), held })
      .then(() => undefined, (error) => error),
  ];
  for (const error of errors) if (error && !(error instanceof Kill)) throw error;
}

const silent = { quiet: true, silent: true } as const;

/** Trains to a smaller budget, and then has the run go on with the whole one, which is ended at once. */
async function trainWithLess(config: RunConfig, { parent, gpu }: Place, random: Random): Promise<void> {
  const { steps, episodes } = config.budget;
  const less = steps
    ? { steps: 100 + random.below(steps - 100) }
    : { episodes: 8 + random.below(episodes! - 8) };
  const [key, value] = steps ? ["steps", steps] : ["episodes", episodes];
  const out = `${parent}/0`;
  const { signal } = new Ender();
  const held = undefined;
  await trainRun({ name: "test", config: { ...config, budget: less } }, {
    out,
    ...silent,
    signal,
    gpu,
    held,
  });
  await resumeRun(out, {
    set: [`budget.${key}=${value}`],
    ...silent,
    signal: AbortSignal.abort(),
    gpu,
  });
}

/** Cases after which a device is opened anew: it keeps every kernel that it has compiled. */
const casesPerDevice = 20;

/** Combinations of everything that a run may be made of, each ended and gone on with. */
export const resumes: Part = {
  name: "resumes",
  summary:
    "ends runs of all kinds at random places and goes on: everything must be as if they had never been ended",
  async run({ seed, tell }) {
    const cases = resumeCases(seed);
    const failures: string[] = [];
    const random = new Random(seed);
    let gpu: Gpu | undefined;
    try {
      for (const [i, each] of cases.entries()) {
        if (i % casesPerDevice === 0) {
          gpu?.close();
          gpu = await Gpu.open({ device: "auto" });
          tell(`${i} of ${cases.length}`);
        }
        await tryResume(each, gpu!, random).catch((error) =>
          failures.push(`${each.name}\n${error.stack ?? error}`)
        );
      }
    } finally {
      gpu?.close();
    }
    const ended = cases.reduce((sum, { endings }) => sum + endings.length, 0);
    return {
      figures: { combinations: cases.length, ended, bitEqual: cases.length - failures.length },
      failures,
    };
  },
};
