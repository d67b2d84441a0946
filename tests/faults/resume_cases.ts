/** Runs of all kinds that are ended and gone on with: combinations that hold every pair of choices. @module */
import { Random } from "../../src/core/random.ts";
import type { RunConfig } from "../../src/config/run_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { coverPairs } from "./pairwise.ts";
import {
  budgets,
  common,
  counts,
  dqn,
  ends,
  episodeRules,
  evaluations,
  explorations,
  fills,
  heads,
  inTables,
  kept,
  losses,
  merge,
  onDevice,
  onHost,
  optimizers,
  type Part,
  type Parts,
  pqn,
  rates,
  rollouts,
  samplings,
  states,
  statesByUpdate,
  stepRules,
  targets,
  validations,
} from "./resume_choices.ts";

/** How a run comes to an end before its time. */
export type Ending = "interrupted" | "killed" | "smaller budget";

/** Runs that are ended and gone on with: a single one, or a population. */
export interface ResumeCase {
  /** What was chosen, in words. */
  readonly name: string;
  /** Of each member. */
  readonly configs: readonly RunConfig[];
  /** How the runs end, time after time. */
  readonly endings: readonly Ending[];
}

const endings: readonly (readonly Ending[])[] = [
  ["interrupted"],
  ["killed"],
  ["smaller budget"],
  ["killed", "interrupted"],
  ["interrupted", "killed", "killed"],
];

const always = { budgets, ends, kept, validations, evaluations, counts };
const ofDqn = { optimizers, explorations, rates, targets, samplings, losses, heads };
/** Choices by the kind of run. */
const kinds = {
  "dqn on the host": {
    base: merge(common, dqn, { loop: "host" }),
    lists: {
      ...always,
      ...ofDqn,
      onHost,
      rules: { ...stepRules, ...episodeRules },
      fills,
      states: { ...states, ...statesByUpdate },
    },
    members: 1,
  },
  "dqn on the device": {
    base: merge(common, dqn, { loop: "device" }),
    lists: { ...always, ...ofDqn, onDevice, stepRules, states: { ...states, ...statesByUpdate } },
    members: 1,
  },
  "population of 3": {
    base: merge(common, dqn, { loop: "device" }),
    lists: { ...always, ...ofDqn, onDevice, stepRules, states: { ...states, ...statesByUpdate } },
    members: 3,
  },
  "pqn on the host": {
    base: merge(common, pqn, { loop: "host" }),
    lists: {
      ...always,
      optimizers,
      explorations,
      rates,
      rollouts,
      onHost,
      states: { ...states, ...statesByUpdate },
    },
    members: 1,
  },
  "population of 3 of pqn": {
    base: merge(common, pqn, { loop: "device" }),
    lists: {
      ...always,
      optimizers,
      explorations,
      rates,
      rollouts,
      onDevice,
      states: { ...states, ...statesByUpdate },
    },
    members: 3,
  },
  table: {
    base: merge(common, { agent: { kind: "tabular" } }),
    lists: {
      ...always,
      explorations,
      rates: mapParts(
        rates,
        (rate) => ({ agent: { learningRate: rate.agent?.optimizer.learningRate ?? 0.1 } }),
      ),
      inTables,
      states: { ...states, ...statesByUpdate },
    },
    members: 1,
  },
  random: {
    base: merge(common, { agent: { kind: "random" } }),
    lists: { ...always, validations: { test: validations["test"] }, onHost, states },
    members: 1,
  },
};

/** Combinations of all kinds, those of one seed always the same. */
export function resumeCases(seed: number): ResumeCase[] {
  return Object.entries(kinds).flatMap(([kind, { base, lists, members }], lane) => {
    const random = new Random(seed, undefined, lane);
    const names = mapParts(lists, (parts) => Object.keys(parts as Parts));
    const isPopulation = members > 1;
    const possible = isPopulation ? endings.filter((list) => !list.includes("smaller budget")) : endings;
    return coverPairs({ ...names as Record<string, string[]>, endings: possible }, random).map(
      (chosen, i) => {
        const { endings, ...choices } = chosen as { endings: readonly Ending[] } & Record<string, string>;
        const parts = Object.entries(choices).map(([list, name]) =>
          (lists as Record<string, Parts>)[list]![name]
        );
        const config = merge(base, ...parts, { seed: 100 * i + seed });
        return {
          name: `${kind}: ${[...Object.values(choices), endings.join(", ")].join("; ")}`,
          configs: isPopulation ? populationOf(config) : [parseConfig(config)],
          endings,
        };
      },
    );
  });
}

/** Members of which the second ends by its budget in the middle, and the third by its second evaluation. */
function populationOf(config: Part): RunConfig[] {
  const { budget: { steps, episodes } } = config;
  return [
    {},
    { seed: config.seed + 1, budget: steps ? { steps: steps / 2 } : { episodes: episodes / 2 } },
    { seed: config.seed + 2, agent: { gamma: 0.9 }, earlyStopping: { patience: 1, minDelta: 1000 } },
  ].map((own) => parseConfig(merge(config, own)));
}

function mapParts(parts: Parts, to: (part: Part, name: string) => Part): Parts {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, to(part, name)]));
}
