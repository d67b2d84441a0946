/** Dispatches: a pipeline run on the buffers of a group. @module */
import type { KernelFunction } from "../code/kernel_code.ts";
import type { BindingTable } from "./binding_table.ts";
import type { Command } from "./command.ts";
import type { LostInfo } from "./context.ts";
import { Refusal } from "./errors.ts";
import { workgroupLimits } from "./limits.ts";
import type { ComputePipeline } from "./pipeline.ts";

/** Workgroups in x, y and z. */
export type Workgroups = readonly [x: number, y: number, z: number];

/** One dispatch. It may stand in any number of command buffers. */
export class Dispatch implements Command {
  /** What it runs. */
  readonly pipeline: ComputePipeline;
  /** Workgroups in x. */
  readonly x: number;
  /** Workgroups in y. */
  readonly y: number;
  /** Workgroups in z. */
  readonly z: number;
  readonly #table: BindingTable;
  readonly #count: number;
  #function: KernelFunction | undefined;

  /** The pipeline suits the table. @throws {Refusal} When the workgroups are out of range. */
  constructor(pipeline: ComputePipeline, table: BindingTable, workgroups: Workgroups) {
    const limit = workgroupLimits.maxComputeWorkgroupsPerDimension; // And of all.
    this.pipeline = pipeline;
    this.#table = table;
    [this.x, this.y, this.z] = workgroups;
    this.#count = this.x * this.y * this.z;
    if (!workgroups.every((count) => Number.isInteger(count) && count >= 0 && count <= limit)) {
      throw new Refusal(`workgroups are [${workgroups}], wanted integers up to ${limit}`);
    }
    if (this.#count > limit) {
      throw new Refusal(`workgroups are [${workgroups}], wanted at most ${limit} in all`);
    }
  }

  /** A buffer of the group that is destroyed. */
  get hindrance(): string | undefined {
    return this.#table.address === 0 ? `a buffer that ${this.pipeline} is run on is destroyed` : undefined;
  }

  /** Runs it. A loop without an end, or a fault of the code, loses the device. */
  run(): LostInfo | undefined {
    const run = this.#function ??= this.pipeline.function;
    const { address } = this.pipeline.context.scratch;
    try {
      const line = run(0, this.#count, this.x, this.y, this.z, this.#table.address, address);
      return line === 0 ? undefined : this.#endless(line);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      return {
        reason: "unknown",
        message: `${this.pipeline} failed: ${error.message}`,
        pipeline: this.pipeline,
      };
    }
  }

  #endless(line: number): LostInfo {
    const pipeline = this.pipeline;
    const message = `a loop in line ${line} of ${pipeline} reached the limit of its turns`;
    return { reason: "unknown", message, pipeline, line };
  }
}
