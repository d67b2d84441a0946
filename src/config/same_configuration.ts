/** When two configs are the same configuration, run with other seeds: the one place that decides it. @module */
import { deviceEnvironmentSpec } from "../device_envs/device_registry.ts";
import { environmentIds, environmentSpec } from "../envs/environment_registry.ts";
import { whyNotOnDevice } from "./device_loop.ts";
import { environmentUse } from "./environments.ts";
import { withMode } from "./monitors.ts";
import { isSame, leaves } from "./values.ts";
import type { CheckpointsConfig, EarlyStoppingConfig, RunConfig } from "./run_config.ts";
import { type AgentConfig, warmupOf } from "./agent_config.ts";

/** Keys that do not make another configuration: the seed, and what a run is called, writes or prints. */
const ignored =
  /^(?:seed|description|\$schema|formatVersion|preset|log|checkpoints\.state|device|kernelProfile)(?:\.|$)/;

/** Values of a config by the paths of their keys. */
export type Settings = ReadonlyMap<string, unknown>;

/** What makes a config the configuration that it is. A key that is left out is not there; one that is null is. */
export function settingsOf(config: RunConfig): Settings {
  return new Map([...valuesOf(config)].filter(([path]) => !ignored.test(path)));
}

/** All values of a config, without those that are as they would be if left out. */
export function valuesOf(config: RunConfig): Settings {
  return new Map(leaves(concise(config)).filter(([, value]) => value !== undefined));
}

/** The same text for equal settings alone. */
export function settingsKey(settings: Settings): string {
  return JSON.stringify([...settings].sort(([a], [b]) => a < b ? -1 : 1));
}

/** Paths at which some of these settings differ: in their values, or as some have none. */
export function differingPaths(settings: readonly Settings[]): string[] {
  const paths = new Set(settings.flatMap((one) => [...one.keys()]));
  return [...paths].filter((path) => settings.some((one) => !isSame(one.get(path), settings[0]!.get(path))));
}

/** With undefined for what says no more than its absence would. */
function concise(config: RunConfig): object {
  const { environment, evaluation, checkpoints, earlyStopping, loop } = config;
  const evaluated = environmentUse(config, "evaluation");
  const limit = limitOf(environment.id, environment);
  const isAsInTraining = limitOf(environment.id, evaluated) === limit;
  const options = Object.entries(evaluated.options)
    .filter(([name, value]) => !isSame(value, environment.options[name]));
  return {
    ...config,
    environment: { ...environment, maxEpisodeSteps: limit },
    agent: conciseAgent(config.agent),
    loop: loop === "host" && whyNotOnDevice(config) === undefined ? loop : undefined,
    evaluation: {
      ...evaluation,
      environment: {
        options: Object.fromEntries(options),
        maxEpisodeSteps: isAsInTraining ? undefined : evaluated.maxEpisodeSteps,
      },
    },
    checkpoints: conciseMode(checkpoints),
    earlyStopping: earlyStopping && conciseMode(earlyStopping),
  };
}

/** A time limit, undefined where it is the registered one. */
function limitOf(
  id: string,
  { maxEpisodeSteps }: Pick<RunConfig["environment"], "maxEpisodeSteps">,
): number | null | undefined {
  const spec = environmentIds().includes(id) ? environmentSpec(id) : deviceEnvironmentSpec(id);
  return spec && maxEpisodeSteps === (spec.maxEpisodeSteps ?? null) ? undefined : maxEpisodeSteps;
}

function conciseAgent(agent: AgentConfig): object {
  if (agent.kind !== "dqn") return agent;
  const { target, replay: { warmup, ...replay } } = agent;
  return {
    ...agent,
    target: "first" in target && target.first === target.every ? { ...target, first: undefined } : target,
    replay: { ...replay, warmup: warmup === warmupOf(replay) ? undefined : warmup },
  };
}

function conciseMode(config: CheckpointsConfig | EarlyStoppingConfig): object {
  const { mode, ...rest } = config;
  return { ...rest, mode: mode === withMode(rest).mode ? undefined : mode };
}
