/**
 * Environments with Gymnasium's face, their spaces, wrappers and random numbers, those that live on the device, and what
 * checks, registers and makes them.
 *
 * ```ts
 * import { makeEnv, Random, sample, TransformReward } from "./src/envs/mod.ts";
 *
 * const env = new TransformReward(makeEnv("CartPole-v1"), (reward) => reward / 500);
 * const random = new Random(0);
 * env.reset({ seed: 0 });
 * let total = 0;
 * for (let over = false; !over;) {
 *   const { reward, terminated, truncated } = env.step(sample(env.actionSpace, random));
 *   total += reward;
 *   over = terminated || truncated;
 * }
 * console.log(total); // 1 for an episode of 500 steps
 * ```
 *
 * @module
 */
export { Random, Stream } from "../core/random.ts";
export {
  binaryBox,
  type Box,
  box,
  contains,
  type Discrete,
  discrete,
  sample,
  sizeOf,
  type Space,
} from "../core/spaces.ts";
export { type State, type StateArray, type StateArrays, StateReader, StateRows } from "../core/state.ts";
export {
  type DeviceEnvironmentOptions,
  type DeviceEnvironmentSpec,
  widestOnDevice,
} from "../device_envs/device_environment.ts";
export {
  deviceEnvironmentIds,
  deviceEnvironmentSpec,
  registerDeviceEnvironment,
} from "../device_envs/device_registry.ts";
export { Acrobot } from "./acrobot.ts";
export { type LegalActions, MaskActions } from "./action_mask.ts";
export { CartPole } from "./cartpole.ts";
export { assertEnvironment, checkEnvironment, type CheckOptions } from "./check.ts";
export type { Problem } from "./check_values.ts";
export { CliffWalking } from "./cliff_walking.ts";
export { Discretize, type DiscretizeOptions } from "./discretize.ts";
export {
  checkAction,
  type Environment,
  type GridAxis,
  type Info,
  type Observation,
  randomFor,
  type ResetOptions,
  type ResetResult,
  type StateGrid,
  type StepResult,
} from "./environment.ts";
export { EpisodeStatistics, type EpisodeSummary } from "./episode_statistics.ts";
export { FrameStackObservation, type FrameStackOptions } from "./frame_stack.ts";
export { FrozenLake, type FrozenLakeOptions } from "./frozen_lake.ts";
import "./gymnasium/family.ts";
export { GrayscaleObservation } from "./grayscale.ts";
export { Gymnasium, type GymnasiumOptions } from "./gymnasium/gymnasium.ts";
export { Gridworld, type GridworldMode, type GridworldOptions } from "./gridworld.ts";
export { MinAtar, type MinAtarOptions } from "./minatar/minatar.ts";
export { MountainCar } from "./mountain_car.ts";
export { OneHot } from "./one_hot.ts";
export { type Plane, type PlaneAxis, planeGrid, type PlaneSize } from "./plane.ts";
export {
  environmentIds,
  type EnvironmentOptions,
  type EnvironmentSpec,
  environmentSpec,
  makeEnv,
  registerEnvironment,
} from "./environment_registry.ts";
export { ResizeObservation, type ResizeOptions } from "./resize.ts";
export { Rooms, type RoomsOptions } from "./rooms.ts";
export type { Surface } from "./surface.ts";
export { type Outcome, TabularEnvironment, type TabularTask } from "./tabular.ts";
export { Taxi } from "./taxi.ts";
export { TimeLimit } from "./time_limit.ts";
export { type ObservationTransform, TransformObservation, TransformReward } from "./transform.ts";
export { VectorEnvironment } from "./vector.ts";
export type { Episode, VectorReset, VectorResume, VectorStep } from "./vector_step.ts";
export {
  type DiscretizeConfig,
  type FrameStackObservationConfig,
  type GrayscaleObservationConfig,
  type OneHotConfig,
  type ResizeObservationConfig,
  type ScaleObservationConfig,
  type ScaleRewardConfig,
  wrapEnvironment,
  type WrapperConfig,
} from "./wrapper_config.ts";
export { addSaving, Wrapper, type WrapperState } from "./wrapper.ts";
