/** Lesson C: the framework tutorial's CartPole. @module */
import type { Lesson } from "./lesson.ts";

/** Its source is PyTorch's tutorial "Reinforcement Learning (DQN)". */
export const tutorial: Lesson = {
  id: "tutorial",
  letter: "C",
  title: "tutorial.title",
  goal: "tutorial.goal",
  idea: [
    "tutorial.idea",
    { formula: "\\epsilon_k = 0.05 + 0.85 exp(-\\frac{k}{1000})" },
    "tutorial.soft",
    { formula: "\\theta^\\minus <- \\tau \\theta + (1 - \\tau) \\theta^\\minus" },
    "tutorial.optimizer",
    "tutorial.double",
    { formula: "y = r + \\gamma (1 - d) Q(s', argmax_{a'} Q(s', a'; \\theta); \\theta^\\minus)" },
  ],
  presets: ["pytorch-cartpole"],
  watching: { "pytorch-cartpole": { "evaluation.every": 1000, "evaluation.episodes": 20 } },
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
      title: "tutorial.luck",
      text: "tutorial.luckAbout",
      options: [0, 1, 2, 3].map((seed) => ({ label: "tutorial.seed", value: seed, change: { seed } })),
    },
    {
      title: "tutorial.mend",
      text: "tutorial.mendAbout",
      options: [
        { label: "tutorial.published" },
        {
          label: "tutorial.doubled",
          change: { "agent.double": true, "agent.optimizer.learningRate": 5e-4 },
        },
      ],
    },
    {
      title: "tutorial.sync",
      text: "tutorial.syncAbout",
      options: [
        { label: "tutorial.softly" },
        { label: "tutorial.hard", change: { "agent.target": { tau: 1, every: 200, unit: "update" } } },
      ],
    },
  ],
  faults: [],
  told: ["tutorial.loop"],
};
