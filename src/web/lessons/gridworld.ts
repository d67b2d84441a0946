/** Lesson A: a board, learned with a trainer and callbacks. @module */
import type { Lesson } from "./lesson.ts";

/** Evaluations that come often enough for a curve, with as much patience as before. */
const watching = { "evaluation.every": 10, "earlyStopping.patience": 100 };

/** Its source is the gridworld of Zai and Brown, "Deep Reinforcement Learning in Action", in a framework with a trainer. */
export const gridworld: Lesson = {
  id: "gridworld",
  letter: "A",
  title: "gridworld.title",
  goal: "gridworld.goal",
  idea: [
    "gridworld.idea",
    { formula: "y = r + \\gamma (1 - d) max_{a'} Q(s', a'; \\theta^\\minus)" },
    "gridworld.loss",
    { formula: "L(\\theta) = \\frac{1}{B} ∑_i {(y_i - Q(s_i, a_i; \\theta))}^2" },
    "gridworld.memory",
  ],
  presets: ["gridworld-static", "gridworld-player", "gridworld-random"],
  watching: {
    "gridworld-static": watching,
    "gridworld-player": watching,
    "gridworld-random": {
      "evaluation.every": 200,
      "evaluation.episodes": 200,
      "earlyStopping.patience": 100,
    },
  },
  parameters: [
    "environment.options.noise",
    "environment.maxEpisodeSteps",
    "agent.hidden",
    "agent.gamma",
    "agent.loss",
    "agent.optimizer",
    "agent.replay",
    "agent.target",
    "agent.exploration",
    "budget.episodes",
  ],
  questions: [
    {
      title: "gridworld.boards",
      text: "gridworld.boardsAbout",
      curve: "winRate",
      options: [
        { label: "gridworld.static", preset: "gridworld-static" },
        { label: "gridworld.player", preset: "gridworld-player" },
        { label: "gridworld.random", preset: "gridworld-random" },
      ],
    },
    {
      title: "gridworld.target",
      text: "gridworld.targetAbout",
      curve: "winRate",
      options: [
        { label: "gridworld.copied" },
        { label: "gridworld.none", change: { "agent.double": false, "agent.target": { kind: "none" } } },
      ],
    },
    {
      title: "gridworld.replay",
      text: "gridworld.replayAbout",
      curve: "winRate",
      options: [
        { label: "gridworld.remembers" },
        {
          label: "gridworld.forgets",
          change: { "agent.replay.capacity": 1, "agent.replay.batch": 1, "agent.replay.warmup": 1 },
        },
      ],
    },
    {
      title: "gridworld.network",
      text: "gridworld.networkAbout",
      curve: "winRate",
      options: [
        { label: "gridworld.units", value: 128 },
        { label: "gridworld.units", value: 150, change: { "agent.hidden": [150, 100] } },
      ],
    },
    {
      title: "gridworld.noise",
      text: "gridworld.noiseAbout",
      curve: "winRate",
      options: [
        { label: "gridworld.noisy" },
        { label: "gridworld.clean", change: { "environment.options.noise": 0 } },
      ],
    },
  ],
  faults: [
    {
      title: "gridworld.early",
      text: "gridworld.earlyAbout",
      curve: "winRate",
      change: {
        "earlyStopping": { monitor: "loss", mode: "min", patience: 5 },
        "log.every": 1,
        "log.unit": "step",
      },
    },
    {
      title: "gridworld.unlogged",
      text: "gridworld.unloggedAbout",
      curve: "winRate",
      change: { "earlyStopping": { monitor: "val_loss", patience: 5 } },
    },
  ],
  told: ["gridworld.labels", "gridworld.loader"],
};
