/** What a session tells of its run. @module */
import { isOnDevice } from "../../config/device_loop.ts";
import type { TrainingRun } from "../../config/training_run.ts";
import { UsageError } from "../../core/errors.ts";
import type { Environment, Observation } from "../../envs/environment.ts";
import { parseJson } from "../../format/json_text.ts";
import { type Checkpoint, encodeCheckpoint } from "../../train/checkpoint_bytes.ts";
import type { View } from "./inside/news.ts";
import type { FailedNews, OpenedNews, SavedNews } from "./protocol.ts";

/** What goes with a run that is ready. */
interface Opened {
  /** One of its environments, which is reset; none where it lives on the device alone. */
  readonly environment: Environment<Observation> | undefined;
  /** See {@linkcode OpenedNews}. */
  readonly views: readonly View[];
  /** See {@linkcode OpenedNews}. */
  readonly members: readonly string[];
}

/** A run that is ready. */
export function openedNews(run: TrainingRun, { environment, views, members }: Opened): OpenedNews {
  const { config, gpu, spaces: { actionSpace: { n: count } } } = run;
  environment?.reset({ seed: config.seed });
  const numbers = Array.from({ length: count }, (_, i) => `${i}`);
  return {
    kind: "opened",
    config,
    ...gpu ? { device: { kind: gpu.kind, adapter: gpu.adapter } } : {},
    onDevice: isOnDevice(config),
    drawable: environment?.render !== undefined,
    waits: environment?.renderText !== undefined && environment.stepTime === undefined,
    actions: environment?.stateGrid?.().actions ?? numbers,
    views,
    members,
  };
}

/** A checkpoint by which the agent acts and goes on learning, as the command line writes `last.safetensors`. */
export async function savedNews({ agent, config }: TrainingRun, step: number): Promise<SavedNews> {
  const metadata = { config: JSON.stringify(config), step: `${step}` };
  return { kind: "saved", bytes: encodeCheckpoint(await agent.save({ full: true }), metadata), step };
}

/** The config that a checkpoint was saved with, not checked; undefined where it has none. @throws {UsageError} When it is no JSON. */
export function writtenConfig({ metadata: { config } }: Checkpoint, name: string): unknown {
  return config === undefined ? undefined : parseJson(config, `the config in ${name}`);
}

/** An error as the page tells it. */
export function failedNews(error: unknown): FailedNews {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "failed", message, usage: error instanceof UsageError };
}
