/** Dispatches: a pipeline run on the buffers of a group. @module */
import { whole } from "../../core/numbers.ts";
import { mostTurns } from "../code/kernel_code.ts";
import type { BindingTable } from "./binding_table.ts";
import type { Command } from "./command.ts";
import type { LostInfo } from "./context.ts";
import { Refusal } from "./errors.ts";
import { workgroupLimits } from "./limits.ts";
import type { ComputePipeline } from "./pipeline.ts";
import type { Scratch } from "./scratch.ts";
import type { Job, Threads } from "./threads.ts";

/** Workgroups in x, y and z. */
export type Workgroups = readonly [x: number, y: number, z: number];

/** One dispatch. It may stand in any number of command buffers. */
export class Dispatch implements Command, Job {
  /** What it runs. */
  readonly pipeline: ComputePipeline;
  /** Workgroups in x. */
  readonly x: number;
  /** Workgroups in y. */
  readonly y: number;
  /** Workgroups in z. */
  readonly z: number;
  /** Workgroups in all. */
  readonly workgroups: number;
  /** Memory of each thread. */
  readonly scratch: Scratch;
  readonly #table: BindingTable;
  readonly #estimate = new WorkEstimate();

  /** The pipeline suits the table. @throws {Refusal} When the workgroups are out of range. */
  constructor(pipeline: ComputePipeline, table: BindingTable, workgroups: Workgroups) {
    const limit = workgroupLimits.maxComputeWorkgroupsPerDimension; // And of all.
    if (!workgroups.every((count) => Number.isInteger(count) && count >= 0 && count <= limit)) {
      throw new Refusal(`workgroups are [${workgroups}], wanted integers up to ${limit}`);
    }
    this.pipeline = pipeline;
    this.scratch = pipeline.context.scratch;
    [this.x, this.y, this.z] = workgroups;
    this.workgroups = this.x * this.y * this.z;
    this.#table = table;
    if (this.workgroups > limit) {
      throw new Refusal(`workgroups are [${workgroups}], wanted at most ${limit} in all`);
    }
  }

  /** Address of the binding table; 0 where a buffer of it is destroyed. */
  get bindings(): number {
    return this.#table.address;
  }

  /** A buffer of the group that is destroyed. */
  get hindrance(): string | undefined {
    return this.bindings === 0 ? `a buffer that ${this.pipeline} is run on is destroyed` : undefined;
  }

  /** Runs it. Loops that take too long, or a fault of the code, loses the device. */
  run(): LostInfo | undefined {
    try {
      const line = this.#run(this.pipeline.context.threads);
      return line === 0 ? undefined : this.#gaveUp(line);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      return this.#failed(error.message);
    }
  }

  #run(threads: Threads | undefined): number {
    if (this.workgroups === 0) return 0;
    if (!threads || this.workgroups < 2) return this.#runAlone();
    if (this.#estimate.isDue()) {
      const start = performance.now();
      const line = this.#runAlone();
      this.#estimate.add(performance.now() - start);
      return line;
    }
    const pieces = threads.piecesFor(this.workgroups, this.#estimate.milliseconds);
    if (pieces < 2) return this.#runAlone();
    const kernel = this.pipeline.share(threads);
    return kernel ? threads.run(this, { kernel, pieces }) : this.#runAlone();
  }

  #runAlone(): number {
    const { x, y, z, scratch } = this;
    return this.pipeline.function(0, this.workgroups, x, y, z, this.bindings, scratch.address);
  }

  #gaveUp(line: number): LostInfo {
    if (line < 0) return this.#failed("in one of several threads");
    const { pipeline } = this;
    const message = `${pipeline} took ${
      whole(mostTurns)
    } turns in one invocation, the last of the loop in line ${line}`;
    return { reason: "unknown", message, pipeline, line };
  }

  #failed(state: string): LostInfo {
    return { reason: "unknown", message: `${this.pipeline} failed: ${state}`, pipeline: this.pipeline };
  }
}

/** Runs from one measurement to the next at most. */
const mostRuns = 256;

/**
 * Milliseconds of a dispatch on one thread, from some of its runs: what a kernel does is not to be seen in its code, and
 * engines make code faster as it runs. The measured runs are the first, second, fourth and so on, and every 256th. The
 * smaller of the two latest counts, as a thread may be interrupted.
 */
export class WorkEstimate {
  #runs = 0;
  #latest = Infinity;
  #milliseconds = 0;

  /** The estimate; 0 before the first measurement. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Counts a run, and says whether it is to be measured, on one thread. */
  isDue(): boolean {
    const runs = ++this.#runs;
    return (runs & (runs - 1)) === 0 || runs % mostRuns === 0;
  }

  /** Takes a measurement. */
  add(milliseconds: number): void {
    this.#milliseconds = Math.min(milliseconds, this.#latest);
    this.#latest = milliseconds;
  }
}
