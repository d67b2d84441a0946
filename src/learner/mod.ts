/**
 * Agents and what they learn with: deep Q-learning, Q-learning in a table and random play behind one face; and below the
 * first of them the learner on the device, its networks, and the operations of which its update is recorded.
 *
 * ```ts
 * import { makeEnv, VectorEnvironment } from "./src/envs/mod.ts";
 * import { Gpu } from "./src/gpu/mod.ts";
 * import { DqnAgent, plainHyperParameters } from "./src/learner/mod.ts";
 *
 * const environments = new VectorEnvironment(8, () => makeEnv("CartPole-v1"));
 * const gpu = await Gpu.open();
 * const agent = await DqnAgent.create(gpu, {
 *   members: [{ ...plainHyperParameters, syncPeriod: 50, exploration: { kind: "constant", value: 0.1 } }],
 *   sizes: [4, 64, 2],
 *   batch: 32,
 *   capacity: 10_000,
 *   sampling: "with-replacement",
 *   loss: "huber",
 *   double: false,
 *   optimizer: { kind: "adam", amsgrad: false },
 *   clipNorm: false,
 *   target: "update",
 *   initialization: "pytorch",
 *   masked: false,
 *   environments: 8,
 * });
 * let { observations } = environments.reset(0);
 * for (let step = 0; step < 500; step++) {
 *   const actions = await agent.act(observations);
 *   const taken = environments.step(actions);
 *   agent.observe({ ...taken, observations, actions });
 *   agent.update();
 *   observations = taken.observations;
 * }
 * console.log(await agent.getQ(new Float32Array(4))); // of the pole upright, at rest
 * agent.dispose();
 * gpu.close();
 * ```
 *
 * @module
 */
export type {
  Agent,
  AgentReport,
  AgentState,
  GreedyPolicy,
  StepAgent,
  Transitions,
} from "../agents/agent.ts";
export { DqnAgent } from "../agents/dqn.ts";
export { DqnMember } from "../agents/dqn_member.ts";
export { RandomAgent, type RandomAgentOptions } from "../agents/random.ts";
export { TabularAgent, type TabularOptions } from "../agents/tabular.ts";
export {
  type ConstantSchedule,
  type Counts,
  type ExponentialSchedule,
  type LinearSchedule,
  type MultiplicativeSchedule,
  scaledSchedule,
  type Schedule,
  type ScheduleUnit,
  scheduleValue,
} from "../core/schedule.ts";
export { clockStep, clockSynced, type StepArguments, type SyncUnit } from "../ops/clock.ts";
export { type ClipArguments, clipGradientNorm, normPartials } from "../ops/gradient.ts";
export { type Layer, type NetworkLayout, networkLayout } from "../ops/layout.ts";
export {
  type Clock,
  clockWords,
  encodeHyper,
  type HyperParameters,
  hyperWords,
  type Members,
  plainHyperParameters,
} from "../ops/member.ts";
export {
  createLayerTable,
  type OptimizerArguments,
  type OptimizerKind,
  optimizerSlots,
  optimizerStep,
} from "../ops/optimizer.ts";
export { type Initialization, initializeParameters } from "../ops/parameters.ts";
export {
  type Batch,
  createBatch,
  type Replay,
  replaySample,
  replayWrite,
  type Sampling,
  type TransitionLayout,
  transitionLayout,
} from "../ops/replay.ts";
export { type SyncArguments, targetSync } from "../ops/target.ts";
export { type LossKind, type TdArguments, tdLoss } from "../ops/td.ts";
export { Learner } from "./learner.ts";
export {
  type Activations,
  backward,
  createActivations,
  createGradients,
  createNetwork,
  forward,
  type Gradients,
  type LayerValues,
  type Network,
  type NetworkPass,
} from "./network.ts";
export { assertLearnerFits, type LearnerOptions, metricsRing } from "./options.ts";
export { Policy, type PolicyOptions, type PolicySource } from "./policy.ts";
