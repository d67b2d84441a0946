/** Query sets: timestamps of passes. @module */
import type { DeviceContext } from "./context.ts";
import { named, Refusal } from "./errors.ts";

/** WebGPU's largest set. */
const mostQueries = 4096;

/** Times in nanoseconds. */
export class QuerySet implements GPUQuerySet {
  /** Its name in messages. */
  label: string;
  /** The device that it belongs to. */
  readonly context: DeviceContext;
  /** Only these are there. */
  readonly type = "timestamp";
  /** How many times it holds. */
  readonly count: number;
  /** The times; undefined where the set was refused or is destroyed. */
  times: BigUint64Array | undefined;

  /** Checks the kind and the number. */
  constructor(context: DeviceContext, { label = "", type, count }: GPUQuerySetDescriptor) {
    this.label = label;
    this.context = context;
    this.count = count;
    this.times = context.errors.attempt(`create ${this}`, () => {
      if (type !== "timestamp") throw new Refusal(`its type is ${type}, wanted timestamp`);
      if (!(count >= 0 && count <= mostQueries)) {
        throw new Refusal(`it has ${count} queries, wanted at most ${mostQueries}`);
      }
      return new BigUint64Array(count);
    });
  }

  /** Why no command may use it, as a verb for it; undefined where one may. */
  get hindrance(): string | undefined {
    return this.times ? undefined : "is destroyed or was never made";
  }

  /** Forgets the times. */
  destroy(): undefined {
    this.times = undefined;
  }

  /** For messages. */
  toString(): string {
    return named("query set", this.label);
  }
}
