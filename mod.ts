/**
 * Qernel: deep Q-learning in hand-written WGSL.
 *
 * A run from a config, as `deno task train` makes it:
 *
 * ```ts
 * import { createRun } from "./mod.ts";
 *
 * const run = await createRun({
 *   environment: { id: "CartPole-v1" },
 *   budget: { steps: 20_000 },
 *   evaluation: { every: 1000, episodes: 20, threshold: 475 },
 * });
 * console.log((await run.train()).reason);
 * console.log(await run.evaluate());
 * console.log(await run.agent.getQ(new Float32Array(4)));
 * run.dispose();
 * ```
 *
 * Several of them train together as the members of one population, see `createPopulation`.
 *
 * Its parts, for programs of your own: environments (`registerEnvironment`, `makeEnv`, `VectorEnvironment`,
 * `assertEnvironment`) and those in WGSL (`registerDeviceEnvironment`, `DeviceEnvironmentSpec`); the agents (`DqnAgent`,
 * `DqnMember`, `TabularAgent`, `RandomAgent`); the training loop on the host (`train`, `HostCollector`, `evaluate`), on the
 * device (`trainTogether`, `prepareDeviceEnvironment`, `Rollout`, `DeviceCollector`, `DeviceEvaluator`), and the callbacks;
 * and below them the learner's programs and the GPU layer (`Gpu`, `Tensor`, `Kernel`, `Recorder`).
 *
 * @module
 */

// Floor 0: plain data and functions.
export * from "./src/core/errors.ts";
export * from "./src/core/events.ts";
export * from "./src/core/random.ts";
export * from "./src/core/schedule.ts";
export * from "./src/core/spaces.ts";
export * from "./src/core/state.ts";

// Floor 2: the device, environments, files.
export * from "./src/gpu/choice.ts";
export * from "./src/gpu/device.ts";
export * from "./src/gpu/kernel.ts";
export * from "./src/gpu/profiler.ts";
export * from "./src/gpu/profiles.ts";
export * from "./src/gpu/readback.ts";
export * from "./src/gpu/recorder.ts";
export * from "./src/gpu/software.ts";
export * from "./src/gpu/tensor.ts";
export * from "./src/envs/acrobot.ts";
export * from "./src/envs/action_mask.ts";
export * from "./src/envs/cartpole.ts";
export * from "./src/envs/check.ts";
export * from "./src/envs/cliff_walking.ts";
export * from "./src/envs/discretize.ts";
export * from "./src/envs/environment.ts";
export * from "./src/envs/episode_statistics.ts";
export * from "./src/envs/frozen_lake.ts";
export * from "./src/envs/gridworld.ts";
export * from "./src/envs/mountain_car.ts";
export * from "./src/envs/one_hot.ts";
export * from "./src/envs/plane.ts";
export * from "./src/envs/registry.ts";
export * from "./src/envs/rooms.ts";
export * from "./src/envs/surface.ts";
export * from "./src/envs/tabular.ts";
export * from "./src/envs/taxi.ts";
export * from "./src/envs/time_limit.ts";
export * from "./src/envs/transform.ts";
export * from "./src/envs/vector.ts";
export * from "./src/envs/vector_step.ts";
export * from "./src/envs/wrap.ts";
export * from "./src/envs/wrapper.ts";
export * from "./src/format/csv.ts";
export * from "./src/format/safetensors.ts";

// Floor 3: operations on tensors; pictures of states and animations. Charts stand apart, in src/report/pictures, since
// their library is large.
export * from "./src/report/animation.ts";
export * from "./src/report/raster.ts";
export * from "./src/report/statistics.ts";
export * from "./src/report/svg_surface.ts";
export * from "./src/report/terminal_picture.ts";
export * from "./src/ops/clock.ts";
export * from "./src/ops/dense.ts";
export * from "./src/ops/gradient.ts";
export * from "./src/ops/layout.ts";
export * from "./src/ops/member.ts";
export * from "./src/ops/optimizer.ts";
export * from "./src/ops/parameters.ts";
export * from "./src/ops/policy.ts";
export * from "./src/ops/replay.ts";
export * from "./src/ops/target.ts";
export * from "./src/ops/td.ts";

// Floors 4 and 5: environments on the device, the learner and the agents.
export {
  type ActingNetwork,
  type DeviceEnvironment,
  type DeviceEnvironmentUse,
  prepareDeviceEnvironment,
} from "./src/device_envs/acting.ts";
export * from "./src/device_envs/device_environment.ts";
export * from "./src/device_envs/registry.ts";
export { recordedSteps, Rollout, type RolloutOptions } from "./src/device_envs/rollout.ts";
export * from "./src/learner/learner.ts";
export * from "./src/learner/network.ts";
export * from "./src/learner/options.ts";
export * from "./src/learner/policy.ts";
export * from "./src/agents/agent.ts";
export * from "./src/agents/dqn.ts";
export * from "./src/agents/dqn_member.ts";
export * from "./src/agents/random.ts";
export * from "./src/agents/tabular.ts";

// Floor 6: training.
export * from "./src/train/checkpoint.ts";
export * from "./src/train/collector.ts";
export * from "./src/train/device_collector.ts";
export * from "./src/train/device_evaluator.ts";
export * from "./src/train/evaluate.ts";
export * from "./src/train/held_out.ts";
export * from "./src/train/host_collector.ts";
export * from "./src/train/kept_states.ts";
export type { Budget, MemberOptions, StateKeeper } from "./src/train/member_run.ts";
export * from "./src/train/play.ts";
export * from "./src/train/state_folder.ts";
export type { Json } from "./src/format/packed_state.ts";
export type { FileEntry, KeptRows, KeptState } from "./src/train/state_manifest.ts";
export * from "./src/train/trainer.ts";
export * from "./src/train/update_rule.ts";
export * from "./src/train/callbacks/callback.ts";
export * from "./src/train/callbacks/csv_log.ts";
export * from "./src/train/callbacks/early_stopping.ts";
export * from "./src/train/callbacks/evaluate_every.ts";
export * from "./src/train/callbacks/json_lines.ts";
export * from "./src/train/callbacks/live_chart.ts";
export * from "./src/train/callbacks/measure.ts";
export * from "./src/train/callbacks/metrics.ts";
export * from "./src/train/callbacks/monitor.ts";
export * from "./src/train/callbacks/print_lines.ts";
export * from "./src/train/callbacks/progress_bar.ts";
export * from "./src/train/callbacks/save_checkpoints.ts";
export * from "./src/train/callbacks/stop_at_threshold.ts";
export * from "./src/train/callbacks/tensor_board.ts";
export * from "./src/train/callbacks/update_log.ts";
export * from "./src/train/callbacks/validation_loss.ts";

// Floor 7: runs from configs.
export * from "./src/config/build.ts";
export * from "./src/config/environments.ts";
export * from "./src/config/population.ts";
export * from "./src/config/run_config.ts";
export * from "./src/config/schema.ts";
export type { Surroundings } from "./src/config/surroundings.ts";
export * from "./src/config/training_run.ts";
