/** Lesson E: from Q-tables to DQN. @module */
import type { Lesson, Option } from "./lesson.ts";

const pole = "td-cartpole";
const car = "mountain-car-discretized";
const rooms = "rooms-qlearning";

/** Options that are values of one key. */
function values(path: string, all: readonly number[]): Option[] {
  return all.map((value) => ({ label: "tables.option", value, change: { [path]: value } }));
}

/** Of both keys of the grid. */
function pair(label: Option["label"], capacity: number, period: number): Option {
  return { label, change: { "agent.replay.capacity": capacity, "agent.target.every": period } };
}

function bins(count: number): Option {
  const wrappers = [{ kind: "discretize", bins: [count, count] }];
  return { label: "tables.cellsOption", value: count, change: { "environment.wrappers": wrappers } };
}

/** Its source is a course from Q-learning in a table to DQN, with experiments. */
export const tables: Lesson = {
  id: "tables",
  letter: "E",
  title: "tables.title",
  goal: "tables.goal",
  idea: [
    "tables.idea",
    { formula: "Q(s, a) <- Q(s, a) + \\alpha (r + \\gamma max_{a'} Q(s', a') - Q(s, a))" },
    "tables.rooms",
    "tables.bins",
    "tables.network",
  ],
  presets: [rooms, pole, "cartpole-discretized", car],
  watching: {
    [rooms]: { "evaluation.every": 5 },
    [pole]: { seed: 1 }, // Seed 0 is solved so soon that faults may go unnoticed.
    [car]: { "evaluation.every": 250, "evaluation.episodes": 20 },
    "cartpole-discretized": { "evaluation.every": 250, "evaluation.episodes": 20 },
  },
  pace: { [rooms]: 400 },
  parameters: [
    "environment.wrappers",
    "agent.hidden",
    "agent.gamma",
    "agent.loss",
    "agent.learningRate",
    "agent.initial",
    "agent.optimizer",
    "agent.replay",
    "agent.target",
    "agent.exploration",
    "budget.episodes",
  ],
  questions: [
    {
      title: "tables.alpha",
      text: "tables.alphaAbout",
      preset: rooms,
      curve: "meanQ",
      options: [
        { label: "tables.alphaOption", value: 0.8 },
        { label: "tables.alphaOption", value: 0.1, change: { "agent.learningRate": 0.1 } },
      ],
    },
    {
      title: "tables.cells",
      text: "tables.cellsAbout",
      preset: car,
      options: [bins(40), bins(20), bins(8)],
    },
    {
      title: "tables.random",
      text: "tables.randomAbout",
      preset: pole,
      options: [
        { label: "tables.learns" },
        { label: "tables.acts", change: { agent: { kind: "random" }, "log.updates": undefined } },
      ],
    },
    {
      title: "tables.capacity",
      text: "tables.capacityAbout",
      preset: pole,
      options: values("agent.replay.capacity", [10_000, 100, 1000, 50_000]),
    },
    {
      title: "tables.period",
      text: "tables.periodAbout",
      preset: pole,
      options: values("agent.target.every", [32, 1, 8, 128, 512]),
    },
    {
      title: "tables.rate",
      text: "tables.rateAbout",
      preset: pole,
      options: values("agent.optimizer.learningRate", [1e-2, 1e-4, 1e-3, 1e-1]),
    },
    {
      title: "tables.grid",
      text: "tables.gridAbout",
      preset: pole,
      options: [
        { label: "tables.asIs" },
        pair("tables.small8", 100, 8),
        pair("tables.small128", 100, 128),
        pair("tables.large8", 10_000, 8),
        pair("tables.large128", 10_000, 128),
      ],
    },
    {
      title: "tables.decay",
      text: "tables.decayAbout",
      preset: pole,
      curve: "epsilon",
      options: [
        { label: "tables.option", value: 200 },
        ...values("agent.exploration.decay", [1, 100, 2000, 10_000]),
      ],
    },
  ],
  faults: [
    {
      title: "tables.door",
      text: "tables.doorAbout",
      preset: rooms,
      curve: "meanQ",
      change: { "environment.id": "Rooms-v0-any-door" },
    },
    {
      title: "tables.epsilon",
      text: "tables.epsilonAbout",
      preset: pole,
      change: { "agent.exploration": 0.9 },
    },
    {
      title: "tables.first",
      text: "tables.firstAbout",
      preset: pole,
      change: {
        "agent.replay.batch": 12,
        "agent.replay.warmup": 12,
        "agent.exploration.start": 0.1,
        "agent.exploration.decay": 1000,
        "agent.optimizer.learningRate": 2,
      },
    },
  ],
  told: ["tables.target", "tables.shown"],
};
