/**
 * Training: runs and populations from configs, and what they are made of: the loop, what collects experience for it from
 * environments on the host and on the device, evaluation, callbacks, checkpoints, states from which a run goes on, and play.
 *
 * ```ts
 * import { makeEnv, VectorEnvironment } from "./src/envs/mod.ts";
 * import { TabularAgent } from "./src/learner/mod.ts";
 * import { evaluate, HostCollector, train } from "./src/train/mod.ts";
 *
 * const makeEnvironment = () => makeEnv<number>("CliffWalking-v1");
 * const agent = new TabularAgent({
 *   states: 48,
 *   actions: 4,
 *   environments: 1,
 *   seed: 0,
 *   alpha: { kind: "constant", value: 0.5 },
 *   gamma: 1,
 *   exploration: { kind: "linear", start: 1, end: 0.1, duration: 5000, per: "step" },
 * });
 * const collector = new HostCollector(agent, new VectorEnvironment(1, makeEnvironment), {
 *   train: { every: 1, unit: "step", updates: 1, warmup: 0 },
 *   seed: 0,
 * });
 * const { reason } = await train({ agent, collector, budget: { steps: 20_000 } });
 * const { mean } = await evaluate(agent, { makeEnvironment, episodes: 1, seed: 0 });
 * console.log(reason, mean); // = budget of 20000 steps -13
 * ```
 *
 * @module
 */
export { createRun, type RunOptions } from "../config/build.ts";
export type { Phase } from "../config/environments.ts";
export { createPopulation, type Population, type PopulationOptions } from "../config/population.ts";
export type {
  AdamConfig,
  AgentConfig,
  ClipConfig,
  DeepConfig,
  DqnConfig,
  HeadConfig,
  LayerConfig,
  LossConfig,
  MunchausenConfig,
  OptimizerConfig,
  PqnConfig,
  PrioritizedConfig,
  RadamConfig,
  RandomConfig,
  ReplayConfig,
  RmspropConfig,
  ScheduleConfig,
  SgdConfig,
  StepConfig,
  TabularConfig,
  TargetConfig,
  TrainConfig,
} from "../config/agent_config.ts";
export type {
  CheckpointsConfig,
  DeepPartial,
  DivergenceConfig,
  EarlyStoppingConfig,
  EnvironmentConfig,
  EvaluationConfig,
  LogConfig,
  PrintConfig,
  RunConfig,
  RunConfigInput,
  StatesConfig,
  ValidationConfig,
} from "../config/run_config.ts";
export type {
  NormalizationConfig,
  NormalizeObservationConfig,
  NormalizeRewardConfig,
} from "../config/normalization.ts";
export { parseConfig } from "../config/schema.ts";
export type { EnvironmentSpaces } from "../config/environment_spaces.ts";
export type {
  RunEvaluationOptions,
  RunTrainOptions,
  RunWatchers,
  TrainingRun,
} from "../config/training_run.ts";
export { DeviceError, DivergenceError, TrainingError, UsageError, WriteError } from "../core/errors.ts";
export {
  type Due,
  type EndEvent,
  type EpisodeEvent,
  type Evaluation,
  type EvaluationEvent,
  type FillEvent,
  type Interval,
  isDue,
  type MetricsEvent,
  nextDue,
  type Progress,
  type ProgressEvent,
  type StartEvent,
  type StopEvent,
  type TrainEvent,
} from "../core/events.ts";
export type { ActingNetwork } from "../device_envs/acting.ts";
export type { DeviceEnvironment } from "../device_envs/device_environment.ts";
export { type DeviceEnvironmentUse, prepareDeviceEnvironment } from "../device_envs/prepare.ts";
export { recordedSteps, Rollout, type RolloutOptions } from "../device_envs/rollout.ts";
export type { RunParameters } from "../format/tensorboard_hparams.ts";
export type { Json } from "../format/packed_state.ts";
export type { Callback, Run } from "./callbacks/callback.ts";
export { CsvLog, type CsvLogOptions } from "./callbacks/csv_log.ts";
export { EarlyStopping, type EarlyStoppingOptions } from "./callbacks/early_stopping.ts";
export { EvaluateEvery, type EvaluateEveryOptions } from "./callbacks/evaluate_every.ts";
export { JsonLines, type JsonLinesOptions } from "./callbacks/json_lines.ts";
export { LiveChart, type LiveChartOptions } from "./callbacks/live_chart.ts";
export { Measure, type MeasureOptions } from "./callbacks/measure.ts";
export type { MonitorMode } from "./callbacks/monitor.ts";
export { PrintLines, type PrintLinesOptions } from "./callbacks/print_lines.ts";
export { ProgressBar, type ProgressBarOptions } from "./callbacks/progress_bar.ts";
export type { LiveDisplay, ProgressStream } from "./callbacks/progress_stream.ts";
export { SaveCheckpoints, type SaveCheckpointsOptions } from "./callbacks/save_checkpoints.ts";
export { StopAtThreshold } from "./callbacks/stop_at_threshold.ts";
export { type FinalPicture, TensorBoard, type TensorBoardOptions } from "./callbacks/tensor_board.ts";
export { UpdateLog, type UpdateLogOptions } from "./callbacks/update_log.ts";
export { type ReturnsOutsideOptions, WarnReturnsOutside } from "./callbacks/returns_outside.ts";
export { ValidationLoss, type ValidationLossOptions } from "./callbacks/validation_loss.ts";
export { type Checkpoint, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
export type { Collector, CollectorReport } from "./collector.ts";
export { DeviceCollector, type DeviceCollectorOptions } from "./device_collector.ts";
export { DeviceEvaluator, type DeviceEvaluatorOptions } from "./device_evaluator.ts";
export { evaluate, type EvaluationOptions, type Evaluator, hostEvaluator } from "./evaluate.ts";
export { collectTransitions, type HeldOutOptions } from "./held_out.ts";
export { HostCollector, type HostCollectorOptions } from "./host_collector.ts";
export { type LatestState, latestState } from "./latest_state.ts";
export type { Budget, MemberOptions, StateKeeper } from "./member_run.ts";
export {
  animate,
  animateEpisode,
  type AnimateOptions,
  type AnimationFormat,
  type DrawOptions,
  drawState,
  type PlayedEpisode,
  type PlayedFrame,
  playEpisode,
  type PlayOptions,
} from "./play.ts";
export { StateFolder, type StateInterval } from "./state_folder.ts";
export type { FileEntry, KeptRows, KeptState } from "./state_manifest.ts";
export { train, type TrainOptions, trainTogether } from "./trainer.ts";
export type { StepRule, TrainRule } from "./update_rule.ts";
