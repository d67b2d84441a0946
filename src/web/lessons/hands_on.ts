/** Lesson F: hands-on CartPole. @module */
import type { Lesson, Option } from "./lesson.ts";

function factor(value: number): Option {
  return { label: "handson.option", value, change: { "agent.exploration.factor": value } };
}

/** Its source is the least that learns, without a target network. */
export const handsOn: Lesson = {
  id: "hands-on",
  letter: "F",
  title: "handson.title",
  goal: "handson.goal",
  idea: [
    "handson.idea",
    {
      formula:
        "\\theta <- \\theta + \\alpha (r + \\gamma (1 - d) max_{a'} Q(s', a'; \\theta) - Q(s, a; \\theta)) ∇_\\theta Q(s, a; \\theta)",
    },
    "handson.epsilon",
    { formula: "\\epsilon_{n + 1} = max(0.05, 0.995 \\epsilon_n), \\epsilon_0 = 1" },
    "handson.end",
  ],
  presets: ["handson-cartpole"],
  watching: { "handson-cartpole": { "evaluation.every": 5, "evaluation.episodes": 20 } },
  parameters: [
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
      title: "handson.ends",
      text: "handson.endsAbout",
      options: [
        { label: "handson.counts" },
        { label: "handson.forgotten", change: { "agent.head": { kind: "ends-bootstrap" } } },
      ],
    },
    {
      title: "handson.network",
      text: "handson.networkAbout",
      options: [
        { label: "handson.none" },
        { label: "handson.copied", change: { "agent.target": { tau: 1, every: 500, unit: "update" } } },
      ],
    },
    {
      title: "handson.width",
      text: "handson.widthAbout",
      options: [64, 16, 256].map((value) => ({
        label: "handson.units",
        value,
        change: { "agent.hidden": [value] },
      })),
    },
    { title: "handson.factor", text: "handson.factorAbout", options: [0.995, 0.95, 0.999].map(factor) },
  ],
  faults: [
    {
      title: "handson.mask",
      text: "handson.maskAbout",
      change: { "agent.head": { kind: "complement-mask" } },
    },
    {
      title: "handson.time",
      text: "handson.timeAbout",
      change: { "environment.maxEpisodeSteps": null, "evaluation.environment.maxEpisodeSteps": 500 },
    },
  ],
  told: [],
};
