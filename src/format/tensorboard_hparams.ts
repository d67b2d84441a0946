/**
 * What TensorBoard's HParams page reads: the hyper-parameters of a run, how it ended, and which scalars judge it.
 * Layouts: `api.proto` and `plugin_data.proto` in https://github.com/tensorflow/tensorboard, tensorboard/plugins/hparams.
 *
 * @module
 */
import { PbfWriter } from "npm:pbf@5.1.2";
import type { PluginSummary } from "./tensorboard_summary.ts";

/** Values by name. The page compares numbers by size, the others by equality. */
export type RunParameters = Readonly<Record<string, number | string | boolean>>;

/** What an experiment varies and watches. */
export interface HParamsExperiment {
  /** Those of the run at hand; their kinds are kept, their values not. */
  readonly hyperParameters: RunParameters;
  /** Tags of scalars, each a column of the page. */
  readonly metrics: readonly string[];
  /** Unix time in seconds. */
  readonly created: number;
}

/** Numbers of the kinds of values: `DataType`. */
const dataTypes = { string: 1, boolean: 2, number: 3 } as const;

/** Numbers of `Status`. */
const statuses = { success: 1, failure: 2 } as const;

/** Columns of the page. Of several runs in one folder TensorBoard takes those of one. */
export function hparamsExperiment({ hyperParameters, metrics, created }: HParamsExperiment): PluginSummary {
  return pluginData("experiment", (pbf) => {
    pbf.writeDoubleField(3, created);
    for (const [name, value] of Object.entries(hyperParameters)) {
      message(pbf, 4, () => {
        pbf.writeStringField(1, name);
        pbf.writeVarintField(4, dataTypes[typeof value as keyof typeof dataTypes]);
      });
    }
    for (const tag of metrics) message(pbf, 5, () => message(pbf, 1, () => pbf.writeStringField(2, tag)));
  });
}

/** A run with these hyper-parameters began at this Unix time in seconds. */
export function hparamsStart(hyperParameters: RunParameters, time: number): PluginSummary {
  return pluginData("session_start_info", (pbf) => {
    for (const [name, value] of Object.entries(hyperParameters)) {
      message(pbf, 1, () => {
        pbf.writeStringField(1, name);
        message(pbf, 2, () => writeValue(value, pbf));
      });
    }
    pbf.writeDoubleField(5, time);
  });
}

/** The run ended at this Unix time in seconds. */
export function hparamsEnd(status: "success" | "failure", time: number): PluginSummary {
  return pluginData("session_end_info", (pbf) => {
    pbf.writeVarintField(1, statuses[status]);
    pbf.writeDoubleField(2, time);
  });
}

/** A `google.protobuf.Value`. */
function writeValue(value: number | string | boolean, pbf: PbfWriter): void {
  if (typeof value === "number") pbf.writeDoubleField(2, value);
  else if (typeof value === "string") pbf.writeStringField(3, value);
  else pbf.writeBooleanField(4, value);
}

/** Field numbers of `HParamsPluginData`. Its version is 0, which goes unsaid. */
const fields = { experiment: 2, session_start_info: 3, session_end_info: 4 } as const;

function pluginData(field: keyof typeof fields, write: (pbf: PbfWriter) => void): PluginSummary {
  const pbf = new PbfWriter();
  message(pbf, fields[field], () => write(pbf));
  return { tag: `_hparams_/${field}`, plugin: { name: "hparams", content: pbf.finish() } };
}

function message(pbf: PbfWriter, field: number, write: () => void): void {
  pbf.writeMessage(field, write, undefined);
}
