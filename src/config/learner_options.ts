/** From the words of a config to those of the learner. @module */
import { sizeOf } from "../core/spaces.ts";
import type { Schedule } from "../core/schedule.ts";
import type { LearnerOptions } from "../learner/options.ts";
import type { HyperParameters } from "../ops/member.ts";
import type { DqnConfig, OptimizerConfig, RunConfig, ScheduleConfig } from "./run_config.ts";
import type { EnvironmentSpaces } from "./environment_spaces.ts";

/** The config of a run whose agent has a learner. */
export type DqnRunConfig = RunConfig & { readonly agent: DqnConfig };

/**
 * The learner of runs that train together: of all that shapes it, the first config tells. Its replay memory has room for
 * the largest.
 */
export function learnerOptions(
  configs: readonly DqnRunConfig[],
  { observationSpace, actionSpace, masked }: EnvironmentSpaces,
): LearnerOptions {
  const { agent, environment } = configs[0]!;
  const { optimizer, replay, target } = agent;
  const members = configs.map(hyperParameters);
  return {
    members,
    sizes: [sizeOf(observationSpace), ...agent.hidden, actionSpace.n],
    batch: replay.batch,
    capacity: members.reduce((most, { capacity }) => Math.max(most, capacity), 0),
    sampling: replay.sampling,
    loss: agent.loss.kind,
    double: agent.double,
    optimizer: { kind: optimizer.kind, amsgrad: "amsgrad" in optimizer && optimizer.amsgrad },
    clipNorm: agent.clip.kind === "norm",
    target: "kind" in target ? "none" : target.unit,
    initialization: agent.initialization,
    masked,
    environments: environment.count,
  };
}

function hyperParameters({ seed, agent }: DqnRunConfig): HyperParameters {
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
  };
}

/** The decays and epsilon of `shaders/optimizer.wgsl`: there, momentum is beta1 and RMSProp's alpha is beta2. */
function optimizerRates(
  optimizer: OptimizerConfig,
): Pick<HyperParameters, "beta1" | "beta2" | "optimizerEpsilon"> {
  switch (optimizer.kind) {
    case "rmsprop":
      return { beta1: optimizer.momentum, beta2: optimizer.alpha, optimizerEpsilon: optimizer.epsilon };
    case "sgd":
      return { beta1: optimizer.momentum, beta2: 0, optimizerEpsilon: 0 };
    default:
      return { beta1: optimizer.beta1, beta2: optimizer.beta2, optimizerEpsilon: optimizer.epsilon };
  }
}

/** A number as the schedule that stays there. */
export function toSchedule(given: ScheduleConfig): Schedule {
  return typeof given === "number" ? { kind: "constant", value: given } : given;
}
