/** Lesson D: value-based DQN with train and test phases. @module */
import type { Lesson } from "./lesson.ts";

/** Its source trains and then tests, on the CartPole of 200 steps. */
export const phases: Lesson = {
  id: "phases",
  letter: "D",
  title: "phases.title",
  goal: "phases.goal",
  idea: [
    "phases.idea",
    { formula: "m_n = 0.9 m_{n - 1} + 0.1 x_n, m_1 = x_1" },
    "phases.clamp",
  ],
  presets: ["easy-cartpole"],
  watching: { "easy-cartpole": { "evaluation.every": 2, "evaluation.episodes": 20 } },
  parameters: [
    "agent.hidden",
    "agent.gamma",
    "agent.loss",
    "agent.optimizer",
    "agent.clip",
    "agent.replay",
    "agent.target",
    "agent.exploration",
    "budget.episodes",
  ],
  questions: [
    {
      title: "phases.sync",
      text: "phases.syncAbout",
      options: [
        { label: "phases.everyOption", value: 10 },
        { label: "phases.everyOption", value: 2, change: { "agent.target.every": 2 } },
        { label: "phases.everyOption", value: 50, change: { "agent.target.every": 50 } },
      ],
    },
    {
      title: "phases.rate",
      text: "phases.rateAbout",
      options: [
        { label: "phases.falls" },
        { label: "phases.constant", change: { "agent.optimizer.learningRate": 1e-3 } },
      ],
    },
    {
      title: "phases.sampling",
      text: "phases.samplingAbout",
      options: [
        { label: "phases.single" },
        { label: "phases.run", change: { "agent.replay.sampling": "sequential" } },
      ],
    },
  ],
  faults: [
    { title: "phases.shared", text: "phases.sharedAbout", change: { "agent.target": { kind: "none" } } },
    {
      title: "phases.broadcast",
      text: "phases.broadcastAbout",
      change: { "agent.head": { kind: "broadcast-loss" } },
    },
    {
      title: "phases.limit",
      text: "phases.limitAbout",
      change: { "environment.id": "CartPole-v0-limit-ends" },
    },
  ],
  told: ["phases.seed", "phases.plot"],
};
