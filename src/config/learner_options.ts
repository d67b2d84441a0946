/** From the words of a config to those of the learner. @module */
import { sizeOf } from "../core/spaces.ts";
import type { Schedule } from "../core/schedule.ts";
import { hiddenOptions, makeHead, makeLayers } from "../learner/kinds.ts";
import type { LearnerOptions } from "../learner/options.ts";
import type { HyperParameters } from "../ops/member.ts";
import type { Model } from "../ops/model.ts";
import { hiddenStreams } from "../ops/streams.ts";
import type { RunConfig } from "./run_config.ts";
import { normalizationOf } from "./normalization.ts";
import { asDqn } from "./pqn.ts";
import type {
  DeepConfig,
  DqnConfig,
  LayerConfig,
  OptimizerConfig,
  PrioritizedConfig,
  ScheduleConfig,
} from "./agent_config.ts";
import type { EnvironmentSpaces } from "./environment_spaces.ts";

/** The config of a run whose agent has a learner. */
export type DeepRunConfig = RunConfig & { readonly agent: DeepConfig };

/**
 * The learner of runs that train together: of all that shapes it, the first config tells. Its replay memory has room for
 * the largest.
 */
export function learnerOptions(
  configs: readonly DeepRunConfig[],
  { observationSpace, actionSpace, masked, binary }: EnvironmentSpaces,
): LearnerOptions {
  const { agent: { kind }, environment } = configs[0]!;
  const agent = asDqn(configs[0]!.agent, environment.count);
  const { optimizer, replay, target } = agent;
  const members = configs.map(hyperParameters);
  const normalization = normalizationOf(environment.wrappers);
  return {
    members,
    model: modelOf(agent, { observationSpace, actionSpace }),
    batch: replay.batch,
    capacity: members.reduce((most, { capacity }) => Math.max(most, capacity), 0),
    sampling: replay.sampling,
    prioritized: replay.prioritized !== undefined,
    steps: agent.steps,
    loss: agent.loss.kind,
    double: agent.double,
    munchausen: agent.munchausen,
    optimizer: {
      kind: optimizer.kind,
      amsgrad: "amsgrad" in optimizer && optimizer.amsgrad,
      centered: "centered" in optimizer && optimizer.centered,
      epsilonInside: "epsilonInside" in optimizer && optimizer.epsilonInside,
    },
    clipNorm: agent.clip.kind === "norm",
    target: "kind" in target ? "none" : target.unit,
    initialization: agent.initialization,
    masked,
    environments: environment.count,
    normalization,
    bits: binary && normalization === undefined,
    lambdaReturns: kind === "pqn",
  };
}

/** The network of an agent, for what it sees and what it chooses from. @throws {UsageError} When a layer refuses its options. */
export function modelOf(
  { hidden, head = { kind: "value" } }: Pick<DqnConfig, "hidden" | "head">,
  { observationSpace, actionSpace }: Pick<EnvironmentSpaces, "observationSpace" | "actionSpace">,
): Model {
  const layers = hidden.map((layer): LayerConfig =>
    typeof layer === "number" ? { kind: "dense", width: layer } : layer
  );
  const dueling = "dueling" in head && head["dueling"] === true;
  return {
    observation: observationSpace.kind === "box" ? observationSpace.shape : [sizeOf(observationSpace)],
    hidden: layers.flatMap(({ kind, ...options }, i) =>
      dueling && i === layers.length - 1
        ? hiddenStreams(hiddenOptions(options))
        : makeLayers({ kind, ...options })
    ),
    head: makeHead(head),
    actions: actionSpace.n,
  };
}

function hyperParameters({ seed, agent: given, environment }: DeepRunConfig): HyperParameters {
  const agent = asDqn(given, environment.count);
  const { clip, loss, target } = agent;
  return {
    seed,
    capacity: agent.replay.capacity,
    gamma: agent.gamma,
    tau: "kind" in target ? 1 : target.tau,
    syncPeriod: "kind" in target ? 1 : target.every,
    syncFirst: "kind" in target ? 1 : target.first ?? target.every,
    huberDelta: loss.kind === "huber" ? loss.delta : 1,
    clipValue: clip.kind === "value" ? clip.limit : Infinity,
    clipNorm: clip.kind === "norm" ? clip.limit : Infinity,
    ...optimizerRates(agent.optimizer),
    weightDecay: agent.optimizer.weightDecay,
    learningRate: toSchedule(agent.optimizer.learningRate),
    exploration: toSchedule(agent.exploration),
    ...priorities(agent.replay.prioritized),
    lambda: given.kind === "pqn" ? given.lambda : 0,
  };
}

/** What draws by priorities; whatever it is, where there are none. */
function priorities(
  { alpha, beta, epsilon }: PrioritizedConfig = { alpha: 0, beta: 0, epsilon: 0 },
): Pick<HyperParameters, "priorityAlpha" | "priorityBeta" | "priorityEpsilon"> {
  return { priorityAlpha: alpha, priorityBeta: toSchedule(beta), priorityEpsilon: epsilon };
}

/** What the optimizer of a config has of its own, in the words of `shaders/optimizer.wgsl`; 0 stands for what it does not have. */
function optimizerRates(
  optimizer: OptimizerConfig,
): Pick<HyperParameters, "beta1" | "beta2" | "momentum" | "alpha" | "optimizerEpsilon"> {
  const none = { beta1: 0, beta2: 0, momentum: 0, alpha: 0, optimizerEpsilon: 0 };
  switch (optimizer.kind) {
    case "rmsprop": {
      const { momentum, alpha, epsilon } = optimizer;
      return { ...none, momentum, alpha, optimizerEpsilon: epsilon };
    }
    case "sgd":
      return { ...none, momentum: optimizer.momentum };
    default: {
      const { beta1, beta2, epsilon } = optimizer;
      return { ...none, beta1, beta2, optimizerEpsilon: epsilon };
    }
  }
}

/** A number as the schedule that stays there. */
export function toSchedule(given: ScheduleConfig): Schedule {
  return typeof given === "number" ? { kind: "constant", value: given } : given;
}
