/** The schema of an agent. @module */
import * as z from "npm:zod@4.6.7";
import { type Sampling, samplings } from "../ops/replay.ts";
import {
  choice,
  flag,
  float32,
  integer,
  interval,
  kinds,
  largestCount,
  object,
  schedule,
  word,
} from "./fields.ts";
import { type AgentConfig, warmupOf } from "./agent_config.ts";
import {
  checkDueling,
  headMeaning,
  headSchema,
  hidden,
  initialization,
  valueHeadSchema,
} from "./network_schema.ts";
import { clip, optimizer, optimizerMeaning } from "./optimizer_schema.ts";

const loss = kinds([
  object({ kind: word("mse") }).describe("Mean of the squared TD errors."),
  object({
    kind: word("huber"),
    delta: float32({ above: 0 }).default(1).describe(
      "TD error at which the loss turns from quadratic to linear.",
    ),
  }).describe("Mean of the Huber losses (with delta 1: smooth L1) of the TD errors."),
]);
const target = z.union([
  object({ kind: word("none") }).describe("No target network: the online network gives the targets."),
  object({
    kind: z.exactOptional(z.never({ error: '"none", or none' })),
    tau: float32({ above: 0, atMost: 1 }).default(1).describe(
      "Share of the online network in the new target; 1 is a copy.",
    ),
    ...interval(500),
    first: z.exactOptional(integer(1, largestCount)).describe(
      "Count of the first synchronization, at most `every`, which it is by default.",
    ),
  }).superRefine(({ every, first = every }, context) => {
    if (first <= every) return;
    context.addIssue({ code: "custom", path: ["first"], message: `at most every, which is ${every}` });
  }).describe(
    "target <- tau online + (1 - tau) target: by updates, after each one that ends an interval; by steps or episodes, " +
      "after the updates of each step of all environments that ends one or more, and once in it.",
  ),
], { error: 'an object with tau, every and unit, or of kind "none"' });

const prioritized = object({
  alpha: float32({ atLeast: 0, atMost: 1 }).default(0.6).describe(
    "How much the TD error counts: a transition is drawn in proportion to (|TD error| + epsilon)^alpha.",
  ),
  beta: schedule(() => float32({ atLeast: 0, atMost: 1 }))
    .prefault({ kind: "linear", start: 0.4, end: 1, duration: 100_000 }).describe(
      "How far weights, which are (N probability)^-beta over the largest of the batch, make up for it, 1 in full: a number " +
        "or a schedule.",
    ),
  epsilon: float32({ above: 0 }).default(1e-6).describe("Keeps every transition in play."),
});

const replay = object({
  capacity: integer(1, largestCount).default(10_000).describe("Transitions kept; the oldest fall out."),
  batch: integer(1, 65_536).default(64).describe("Transitions of one update."),
  prefill: integer(0, largestCount).default(0).describe(
    "Environment steps of random play that fill the replay memory before training; nothing of them counts.",
  ),
  warmup: z.exactOptional(integer(0, largestCount)).describe(
    "Environment steps before the first update, in which actions follow the exploration schedule; by default as many " +
      "as a batch needs beside the prefill.",
  ),
  sampling: choice(samplings as readonly [Sampling, ...Sampling[]]).default("with-replacement").describe(
    "How a batch is drawn: uniformly, with or without replacement, or as a contiguous run of transitions.",
  ),
  prioritized: z.exactOptional(prioritized).describe(
    "Prioritized replay (Schaul et al., 2016): transitions of large TD errors are drawn more often, and weigh less; new " +
      "ones are the likeliest.",
  ),
}).superRefine((replay, context) => {
  const { capacity, batch, prefill, sampling } = replay;
  if (replay.prioritized && sampling !== "with-replacement") {
    const message = '"with-replacement", as prioritized draws';
    context.addIssue({ code: "custom", path: ["sampling"], message });
  }
  const warmup = warmupOf(replay);
  if (batch > capacity) {
    context.addIssue({ code: "custom", path: ["batch"], message: `at most the capacity of ${capacity}` });
  }
  if (sampling !== "with-replacement" && prefill + warmup < batch) {
    const beside = prefill > 0 ? ` less the prefill of ${prefill}` : "";
    const message =
      `at least the batch of ${batch}${beside}, which ${sampling} sampling needs from the first update on`;
    context.addIssue({ code: "custom", path: ["warmup"], message });
  } else if (prefill + warmup === 0) {
    const message = "at least 1 where there is no prefill: an update needs a transition";
    context.addIssue({ code: "custom", path: ["warmup"], message });
  }
});

const train = object({
  every: interval(1).every,
  unit: choice(["step", "episode"]).default("step").describe("What `every` counts."),
  updates: integer(1, 1_000_000).default(1).describe("Updates each time."),
});

const gamma = float32({ atLeast: 0, atMost: 1 }).default(0.99).describe("Discount factor.");

const exploration = schedule(() => float32({ atLeast: 0, atMost: 1 }))
  .prefault({ kind: "linear", start: 1, end: 0.05, duration: 10_000 }).describe(
    "Epsilon, the probability of a random action: a number or a schedule.",
  );

/** Of an n-step return: the kernel that draws a batch walks so far for each row. */
const largestSteps = 1000;

const dqn = object({
  kind: word("dqn").default("dqn").describe("Deep Q-learning (Mnih et al., 2015)."),
  hidden,
  head: z.exactOptional(headSchema).describe(headMeaning),
  initialization,
  gamma,
  steps: integer(1, largestSteps).default(1).describe(
    "n of n-step returns (Hessel et al., 2018): transitions whose rewards a target adds up, fewer where the episode ends " +
      "or the replay memory does.",
  ),
  double: flag().default(false).describe(
    "Double DQN (van Hasselt et al., 2016): the online network chooses the action that the target network rates.",
  ),
  munchausen: z.exactOptional(object({
    alpha: float32({ atLeast: 0, atMost: 1 }).default(0.9).describe("Share of the log-policy in the reward."),
    temperature: float32({ above: 0 }).default(0.03).describe(
      "Of the softmax of Q values that is the policy.",
    ),
    clip: float32({ atMost: 0 }).default(-1).describe("The least that the log-policy counts for."),
  })).describe(
    "Munchausen DQN (Vieillard et al., 2020): the policy is a softmax in the targets, and its logarithm part of the reward.",
  ),
  loss: loss.prefault({ kind: "huber" }).describe("Loss of the TD errors of a batch."),
  optimizer: optimizer.prefault({ kind: "adam" }).describe(optimizerMeaning),
  clip: clip.prefault({ kind: "none" }).describe("Clipping of the gradient."),
  target: target.prefault({ tau: 1 }).describe("When the target network follows the online one."),
  exploration,
  replay: replay.prefault({}).describe("The replay memory."),
  train: train.prefault({}).describe("When the agent learns, once the replay memory is warm."),
}).superRefine(({ double, target }, context) => {
  if (!double || !("kind" in target)) return;
  const message = 'false where target is of kind "none": there is no second network to rate the action';
  context.addIssue({ code: "custom", path: ["double"], message });
}).superRefine(({ munchausen, double, steps, head = { kind: "value" } }, context) => {
  if (!munchausen) return;
  const refuse = (key: string, message: string) =>
    context.addIssue({
      code: "custom",
      path: [key],
      message: `${message} beside munchausen`,
    });
  if (double) refuse("double", "false, as no action is chosen,");
  if (steps > 1) refuse("steps", "1");
  if (["categorical", "quantile", "implicit"].includes(head.kind)) refuse("head", "one value an action");
}).superRefine(checkDueling).describe("Deep Q-learning: a network of Q values.");

const pqn = object({
  kind: word("pqn").describe("PQN: parallelised Q-learning (Gallici et al., 2024)."),
  hidden,
  head: z.exactOptional(valueHeadSchema).describe(headMeaning),
  initialization,
  gamma,
  lambda: float32({ atLeast: 0, atMost: 1 }).default(0.65).describe(
    "Of lambda returns: how much what came counts beside what the network expected; 0 for one step, 1 for all of the rollout.",
  ),
  rollout: integer(1, 65_536).default(32).describe("Steps of each environment from updates to updates."),
  minibatches: integer(1, 1024).default(4).describe(
    "Parts that the rollout is learned in, one an update; a divisor of its transitions.",
  ),
  epochs: integer(1, 1000).default(2).describe("Times that each transition of a rollout is learned."),
  optimizer: optimizer.prefault({ kind: "radam", learningRate: 2.5e-4 }).describe(optimizerMeaning),
  clip: clip.prefault({ kind: "norm", limit: 10 }).describe("Clipping of the gradient."),
  exploration,
}).superRefine(checkDueling).describe(
  "PQN: lambda returns of what all environments have just done, without a replay memory and without a target network.",
);

const tabular = object({
  kind: word("tabular").describe(
    "Q-learning in a table (Watkins, 1989), for environments with discrete observations.",
  ),
  gamma,
  learningRate: schedule(() => float32({ atLeast: 0, atMost: 1 })).default(0.1).describe(
    "Alpha, the share of the TD error that an update corrects: a number or a schedule.",
  ),
  exploration,
  initial: float32().default(0).describe("Every entry of the table at the start."),
}).describe("Tabular Q-learning: an update a step.");

const random = object({
  kind: word("random").describe("Random legal actions: what an agent that learns is compared with."),
}).describe("An agent that learns nothing.");

/** Any agent. */
export const agentSchema: z.ZodType<AgentConfig> = kinds([dqn, pqn, tabular, random])
  .describe("The agent.");
