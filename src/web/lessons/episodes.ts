/** Lesson B: episodic DQN with a trainer. @module */
import type { Lesson } from "./lesson.ts";

/** Its source puts DQN into a framework for supervised learning. */
export const episodes: Lesson = {
  id: "episodes",
  letter: "B",
  title: "episodes.title",
  goal: "episodes.goal",
  idea: [
    "episodes.idea",
    { formula: "\\epsilon_n = max(0.15, 1 - \\frac{n}{100})" },
    "episodes.huber",
    { formula: "ℓ(e) = \\cases{\\frac{1}{2} e^2 & |e| <= 1; |e| - \\frac{1}{2} & |e| > 1}" },
  ],
  presets: ["lightning-cartpole"],
  watching: { "lightning-cartpole": { "evaluation.every": 5, "evaluation.episodes": 20 } },
  parameters: [
    "agent.hidden",
    "agent.gamma",
    "agent.loss",
    "agent.optimizer",
    "agent.replay",
    "agent.train",
    "agent.target",
    "agent.exploration",
    "budget.episodes",
  ],
  questions: [
    {
      title: "episodes.updates",
      text: "episodes.updatesAbout",
      options: [
        { label: "episodes.updatesOption", value: 40 },
        { label: "episodes.updatesOption", value: 10, change: { "agent.train.updates": 10 } },
        { label: "episodes.updatesOption", value: 160, change: { "agent.train.updates": 160 } },
      ],
    },
    {
      title: "episodes.prefill",
      text: "episodes.prefillAbout",
      options: [
        { label: "episodes.steps", value: 10_000 },
        { label: "episodes.steps", value: 1000, change: { "agent.replay.prefill": 1000 } },
      ],
    },
    {
      title: "episodes.loss",
      text: "episodes.lossAbout",
      options: [
        { label: "episodes.smooth" },
        { label: "episodes.squared", change: { "agent.loss": { kind: "mse" } } },
      ],
    },
  ],
  faults: [
    { title: "episodes.oldest", text: "episodes.oldestAbout", change: { "agent.exploration": 1 } },
    {
      title: "episodes.limit",
      text: "episodes.limitAbout",
      change: { "environment.id": "CartPole-v1-limit-ends" },
    },
  ],
  told: ["episodes.wrapper"],
};
