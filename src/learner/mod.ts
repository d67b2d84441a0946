/**
 * Agents and what they learn with: deep Q-learning, Q-learning in a table and random play behind one face; and below the
 * first of them the learner on the device, its networks, and the operations of which its update is recorded.
 *
 * ```ts
 * import { makeEnv, VectorEnvironment } from "./src/envs/mod.ts";
 * import { Gpu } from "./src/gpu/mod.ts";
 * import { DqnAgent, perceptron, plainHyperParameters } from "./src/learner/mod.ts";
 *
 * const environments = new VectorEnvironment(8, () => makeEnv("CartPole-v1"));
 * const gpu = await Gpu.open();
 * const agent = await DqnAgent.create(gpu, {
 *   members: [{ ...plainHyperParameters, syncPeriod: 50, exploration: { kind: "constant", value: 0.1 } }],
 *   model: perceptron([4, 64, 2]),
 *   batch: 32,
 *   capacity: 10_000,
 *   sampling: "with-replacement",
 *   prioritized: false,
 *   steps: 1,
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
  EpisodeMoment,
  GreedyPolicy,
  PolicyOptions,
  StepAgent,
  Transitions,
} from "../agents/agent.ts";
export type { ReturnsOutside } from "../core/events.ts";
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
export { clockGoals, clockStep } from "../ops/clock.ts";
export { conv, type ConvOptions, type Padding } from "../ops/conv.ts";
export { dense, type DenseOptions } from "../ops/dense.ts";
export {
  categoricalHead,
  type CategoricalOptions,
  implicitHead,
  type ImplicitHeadOptions,
  quantileHead,
  type QuantileOptions,
} from "../ops/distributional.ts";
export {
  dispatchElementwise,
  type Elementwise,
  layoutModule,
  memberModule,
  randomModule,
} from "../ops/elementwise.ts";
export { type ClipArguments, clipGradientNorm, normPartials } from "../ops/gradient.ts";
export {
  choiceModules,
  type Head,
  type LossArguments,
  type LossKind,
  type MunchausenOptions,
} from "../ops/head.ts";
export type {
  ActingLayer,
  ActingNoise,
  BackwardArguments,
  Block,
  BlockSpec,
  ForwardArguments,
  Layer,
  LayerSpec,
  Pass,
  Samples,
  Shape,
} from "../ops/layer.ts";
export { type ImplicitOptions, implicitQuantiles } from "../ops/implicit_layer.ts";
export { packBits, unpackBits } from "../ops/bits.ts";
export { createMatrices, type MatricesSize, packMatrix, padded, unpackMatrix } from "../ops/layout.ts";
export { lambdaOutcomes, lambdaReturns, type RolloutArguments } from "../ops/lambda_returns.ts";
export {
  type Clock,
  clockRange,
  createMembers,
  decodeClock,
  decodeClocks,
  type HyperParameters,
  type Members,
  memberWords,
  plainHyperParameters,
  type SyncUnit,
  writeClock,
  writeHyper,
} from "../ops/member.ts";
export {
  createMoments,
  type Moments,
  momentsCut,
  momentsObserve,
  type MomentsOfNumber,
  type MomentsSizes,
  normalizeInput,
} from "../ops/moments.ts";
export {
  type Model,
  type NetworkLayout,
  networkLayout,
  parameterCount,
  perceptron,
  type PlacedLayer,
  widthsText,
} from "../ops/model.ts";
export {
  createNoise,
  drawNoise,
  isNoisy,
  type Noise,
  noiseGradient,
  type NoisyWeights,
  noisyWeights,
} from "../ops/noise.ts";
export {
  createBlockTable,
  type OptimizerArguments,
  type OptimizerForm,
  type OptimizerKind,
  optimizerSlots,
  optimizerStep,
} from "../ops/optimizer.ts";
export { type Initialization, initializeParameters } from "../ops/parameters.ts";
export {
  type Priorities,
  type PrioritiesArguments,
  prioritiesDraw,
  prioritiesUpdate,
} from "../ops/priorities.ts";
export {
  type Batch,
  createBatch,
  type Drawing,
  type Masks,
  type Replay,
  replayCut,
  replaySample,
  replayWrite,
  type SampleArguments,
  type Sampling,
  type TransitionLayout,
  transitionLayout,
} from "../ops/replay.ts";
export { type MomentsOptions, type Normalization, seenModules, type SeenMoments } from "../ops/seen.ts";
export { type SyncArguments, targetSync, targetSynced } from "../ops/target.ts";
export { hidden, hiddenConv, type HiddenConvOptions, type HiddenOptions } from "../ops/hidden.ts";
export { layerNormalization, type NormalizationOptions } from "../ops/normalization.ts";
export { hiddenStreams } from "../ops/streams.ts";
export { learnRows, type RowRule } from "../ops/td.ts";
export { duelingHead, noisyValueHead, tdValue, valueHead } from "../ops/td_value.ts";
export {
  type HeadKind,
  headKinds,
  type Kind,
  type KindOptions,
  type LayerKind,
  layerKinds,
  registerHead,
  registerLayer,
} from "./kinds.ts";
export { Learner } from "./learner.ts";
export {
  type Activations,
  backward,
  createActivations,
  createGradients,
  createNetwork,
  forward,
  type Gradients,
  type Network,
  type NetworkPass,
} from "./network.ts";
export { assertLearnerFits, type LearnerOptions, metricsRing } from "./options.ts";
export { Actor, type ActorOptions, type ActorSource } from "./actor.ts";
