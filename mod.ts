/**
 * Qernel: deep Q-learning in hand-written WGSL.
 *
 * A run from a config, as `deno task train` makes it:
 *
 * ```ts
 * import { createRun } from "./mod.ts";
 *
 * const run = await createRun({
 *   environment: { id: "CartPole-v1", count: 8 },
 *   agent: {
 *     kind: "dqn",
 *     hidden: [128],
 *     optimizer: { kind: "adam", learningRate: 4e-3 },
 *     clip: { kind: "norm", limit: 10 },
 *     target: { tau: 1, every: 128, unit: "step" },
 *     replay: { capacity: 50_000, batch: 64, warmup: 1000 },
 *     train: { every: 128, unit: "step", updates: 64 },
 *   },
 *   budget: { steps: 60_000 },
 *   evaluation: { every: 1024, episodes: 20, threshold: 475 },
 * });
 * console.log((await run.train()).reason); // = threshold of 475 reached
 * console.log(await run.evaluate());
 * console.log(await run.agent.getQ(new Float32Array(4))); // of the pole upright, at rest
 * run.dispose();
 * ```
 *
 * Several of them train together as the members of one population, see {@linkcode createPopulation}.
 *
 * Here is what training, watching, saving and playing take, and bringing an environment, a wrapper or a callback. Of each
 * part there is more in a module of its own; the names here are a selection of theirs:
 *
 * | module               | what it has                                                                     |
 * | -------------------- | ------------------------------------------------------------------------------- |
 * | `src/envs/mod.ts`    | environments on the host and on the device, spaces, wrappers, checks            |
 * | `src/learner/mod.ts` | agents, the learner on the device, the operations of its update                 |
 * | `src/train/mod.ts`   | the training loop, collectors, evaluation, callbacks, saved states, config keys |
 * | `src/gpu/mod.ts`     | devices, tensors and kernels of your own                                        |
 * | `src/report/mod.ts`  | statistics over seeds, pictures and animations                                  |
 *
 * @module
 */

// Runs.
export { createRun } from "./src/config/build.ts";
export { createPopulation } from "./src/config/population.ts";
export type { RunConfigInput } from "./src/config/run_config.ts";
export type { TrainingRun } from "./src/config/training_run.ts";
export type { Agent } from "./src/agents/agent.ts";

// What watches them.
export type { TrainEvent } from "./src/core/events.ts";
export type { Callback, Run } from "./src/train/callbacks/callback.ts";
export { EarlyStopping } from "./src/train/callbacks/early_stopping.ts";
export { ProgressBar } from "./src/train/callbacks/progress_bar.ts";
export { SaveCheckpoints } from "./src/train/callbacks/save_checkpoints.ts";
export { TensorBoard } from "./src/train/callbacks/tensor_board.ts";

// What is saved, and what is played.
export { loadCheckpoint, saveCheckpoint } from "./src/train/checkpoint.ts";
export { latestState } from "./src/train/latest_state.ts";
export { StateFolder } from "./src/train/state_folder.ts";
export { animateEpisode, playEpisode } from "./src/train/play.ts";

// Environments.
export { Random } from "./src/core/random.ts";
export { box, discrete } from "./src/core/spaces.ts";
export type { State } from "./src/core/state.ts";
export { assertEnvironment } from "./src/envs/check.ts";
export {
  type Environment,
  type Observation,
  randomFor,
  type ResetOptions,
  type ResetResult,
  type StepResult,
} from "./src/envs/environment.ts";
import "./src/envs/gymnasium/family.ts";
export { makeEnv, registerEnvironment } from "./src/envs/environment_registry.ts";
export type { DeviceEnvironmentSpec } from "./src/device_envs/device_environment.ts";
export { registerDeviceEnvironment } from "./src/device_envs/device_registry.ts";

// Wrappers.
export { Discretize } from "./src/envs/discretize.ts";
export { OneHot } from "./src/envs/one_hot.ts";
export { TransformObservation, TransformReward } from "./src/envs/transform.ts";
export { Wrapper } from "./src/envs/wrapper.ts";

// What callers catch.
export { DeviceError, DivergenceError, TrainingError, UsageError, WriteError } from "./src/core/errors.ts";
