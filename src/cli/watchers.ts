/** Who watches a run from the command line: files, the terminal. @module */
import { evaluationSeed, isDeviceOnly, makeEnvironment } from "../config/environments.ts";
import type { LoadedConfig } from "../config/load.ts";
import { withMode } from "../config/monitors.ts";
import { leaves } from "../config/values.ts";
import type { RunConfig } from "../config/run_config.ts";
import type { Callback } from "../train/callbacks/callback.ts";
import { CsvLog } from "../train/callbacks/csv_log.ts";
import { JsonLines } from "../train/callbacks/json_lines.ts";
import { LiveChart } from "../train/callbacks/live_chart.ts";
import { PrintLines } from "../train/callbacks/print_lines.ts";
import { ProgressBar } from "../train/callbacks/progress_bar.ts";
import { SaveCheckpoints } from "../train/callbacks/save_checkpoints.ts";
import { type RunParameters, TensorBoard } from "../train/callbacks/tensor_board.ts";
import { UpdateLog } from "../train/callbacks/update_log.ts";
import { collectTransitions } from "../train/held_out.ts";
import type { RunPaths } from "../runs/run_folder.ts";
import { drawReturns } from "./run_pictures.ts";

/** Who watches a run, and how others may print meanwhile. */
export interface Watchers {
  /** In the order in which they are told. */
  readonly callbacks: readonly Callback[];
  /** Prints a line above whatever is redrawn. */
  readonly print: (line: string) => void;
}

/** The watchers that the key `log` of a config asks for. */
export function watchers(loaded: LoadedConfig, paths: RunPaths, { quiet }: { quiet: boolean }): Watchers {
  const { config, name } = loaded;
  const metadata = { preset: name, config: JSON.stringify(config) };
  const shown = quiet ? undefined : terminal(config);
  const files = [
    new SaveCheckpoints({ folder: paths.checkpoints, metadata, ...withMode(config.checkpoints) }),
    new CsvLog({ folder: paths.folder }),
    ...config.log.updates ? [new UpdateLog({ folder: paths.folder })] : [],
    ...config.log.jsonLines ? [new JsonLines({ folder: paths.folder })] : [],
    ...config.log.tensorBoard ? [tensorBoard(loaded, paths)] : [],
  ];
  return { callbacks: [...files, ...shown?.callbacks ?? []], print: shown?.print ?? (() => {}) };
}

/** Observations whose Q values TensorBoard shows as a histogram. */
const probes = 64;

function tensorBoard({ name, config }: LoadedConfig, paths: RunPaths): Callback {
  return new TensorBoard({
    folder: paths.tensorBoard,
    hyperParameters: hyperParameters(config),
    ...isDeviceOnly(config) ? {} : { observations: probed(config) },
    finalPicture: () => drawReturns(paths.folder, name),
  });
}

function probed(config: RunConfig): Float32Array {
  const { observations } = collectTransitions(() => makeEnvironment(config, "evaluation"), {
    count: probes,
    seed: evaluationSeed(config.seed, "probes"),
  });
  return observations;
}

/** What is shown while the run goes on: lines that the config asks for, above a chart or a bar. */
function terminal({ budget, log: { chart, print } }: RunConfig): Watchers {
  const liveChart = chart === "none" ? undefined : new LiveChart({ metric: chart });
  const shown = liveChart ?? new ProgressBar({ budget });
  const lines = print.map((line) =>
    new PrintLines({ ...line, ...liveChart ? { stream: liveChart.lines } : {} })
  );
  return { callbacks: [...lines, shown], print: (line) => void shown.lines.write(`${line}\n`) };
}

/** The numbers, texts and switches of a config by their paths; a list is a text. */
function hyperParameters(config: RunConfig): RunParameters {
  return Object.fromEntries(
    leaves(config).map(([path, value]) => [
      path,
      ["number", "string", "boolean"].includes(typeof value)
        ? value as number | string | boolean
        : JSON.stringify(value),
    ]),
  );
}
