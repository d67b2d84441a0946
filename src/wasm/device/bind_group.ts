/** Bind groups: which ranges of memory a dispatch works on. @module */
import type { KernelBinding } from "../code/kernel_code.ts";
import { BindingTable, type BufferRange } from "./binding_table.ts";
import { DeviceBuffer } from "./buffer.ts";
import type { DeviceContext } from "./context.ts";
import { Dispatch, type Workgroups } from "./dispatch.ts";
import { named, Refusal } from "./errors.ts";
import { type BindGroupLayout, differenceOf } from "./layout.ts";
import { alignment } from "./memory.ts";
import type { ComputePipeline } from "./pipeline.ts";
import { bufferUsage } from "./usage.ts";

/** What `createBindGroup` takes. */
export interface BindGroupDescriptor {
  /** Its name in messages. */
  readonly label?: string;
  /** What kinds of bindings it has. */
  readonly layout: BindGroupLayout;
  /** The buffers. */
  readonly entries: Iterable<GPUBindGroupEntry>;
}

/** Dispatches that a group remembers. */
const mostDispatches = 8;

/** Nobody destroys a bind group, so its table goes with the group itself. */
const forgotten = new FinalizationRegistry<BindingTable>((table) => table.release());

/** The buffers of a dispatch. */
export class BindGroup implements GPUBindGroup {
  /** Its name in messages. */
  label: string;
  /** The device that it belongs to. */
  readonly context: DeviceContext;
  readonly #layout: BindGroupLayout;
  /** Undefined where the group was refused. */
  readonly #made:
    | { readonly ranges: ReadonlyMap<number, BufferRange>; readonly table: BindingTable }
    | undefined;
  readonly #dispatches: Dispatch[] = [];
  /** Its latest dispatch. */
  latest: Dispatch | undefined;

  /** Checks the entries. */
  constructor(context: DeviceContext, { label = "", layout, entries }: BindGroupDescriptor) {
    this.label = label;
    this.context = context;
    this.#layout = layout;
    this.#made = context.errors.attempt(`create ${this}`, () => {
      if (layout.context !== context) throw new Refusal(`${layout} belongs to another device`);
      if (!layout.bindings) throw new Refusal(`${layout} was refused`);
      const ranges = readEntries(context, layout.bindings, entries);
      return { ranges, table: new BindingTable(context, ranges) };
    });
    if (this.#made) forgotten.register(this, this.#made.table);
  }

  /**
   * The dispatch of a pipeline on these buffers, the same object for the same workgroups again: programs go through
   * the same dispatches many times over.
   *
   * @throws {Refusal} When the group does not suit the pipeline, or the workgroups are out of range.
   */
  dispatch(pipeline: ComputePipeline, workgroups: Workgroups): Dispatch {
    const [x, y, z] = workgroups;
    this.latest = this.#dispatches.find((each) =>
      each.pipeline === pipeline && each.x === x && each.y === y && each.z === z
    );
    if (!this.latest) {
      if (!this.#made) throw new Refusal(`${this} was refused`);
      this.#check(pipeline);
      this.latest = new Dispatch(pipeline, this.#made.table, workgroups);
      if (this.#dispatches.push(this.latest) > mostDispatches) this.#dispatches.shift();
    }
    return this.latest;
  }

  #check(pipeline: ComputePipeline): void {
    const { ranges } = this.#made!;
    if (pipeline.context !== this.context) throw new Refusal(`${this} belongs to another device`);
    if (!pipeline.code) throw new Refusal(`${pipeline} was refused`);
    const difference = differenceOf(pipeline.layout, this.#layout);
    if (difference !== undefined) throw new Refusal(`${this} does not suit the pipeline: ${difference}`);
    for (const { binding, minimumBytes } of pipeline.code.bindings) {
      const { size } = ranges.get(binding)!;
      if (size >= minimumBytes) continue;
      throw new Refusal(`binding ${binding} of ${this} has ${size} bytes, wanted at least ${minimumBytes}`);
    }
    const conflict = conflictOf(ranges);
    if (conflict !== undefined) throw new Refusal(conflict);
  }

  /** For messages. */
  toString(): string {
    return named("bind group", this.label);
  }
}

function readEntries(
  context: DeviceContext,
  layout: ReadonlyMap<number, KernelBinding>,
  entries: Iterable<GPUBindGroupEntry>,
): Map<number, BufferRange> {
  const ranges = new Map<number, BufferRange>();
  for (const { binding, resource } of entries) {
    const wanted = layout.get(binding);
    if (!wanted) throw new Refusal(`binding ${binding} is not in the layout`);
    if (ranges.has(binding)) throw new Refusal(`binding ${binding} is there twice`);
    const { buffer, offset = 0, size } = resource as GPUBufferBinding;
    if (!(buffer instanceof DeviceBuffer) || buffer.context !== context) {
      throw new Refusal(`binding ${binding} is no buffer of this device`);
    }
    const range = { type: wanted.type, buffer, offset, size: size ?? buffer.size - offset };
    const wrong = wrongWith(range, wanted);
    if (wrong !== undefined) throw new Refusal(`binding ${binding} is ${buffer}: ${wrong}`);
    ranges.set(binding, range);
  }
  for (const binding of layout.keys()) {
    if (!ranges.has(binding)) throw new Refusal(`binding ${binding} of the layout is missing`);
  }
  return ranges;
}

function wrongWith(
  { type, buffer, offset, size }: BufferRange,
  { minimumBytes }: KernelBinding,
): string | undefined {
  const usage = type === "uniform" ? "uniform" : "storage";
  if ((buffer.usage & bufferUsage[usage]) === 0) return `its usage is ${buffer.usage}, wanted ${usage} in it`;
  if (offset % alignment !== 0) return `the offset is ${offset}, wanted a multiple of ${alignment}`;
  if (!(offset >= 0 && size > 0 && offset + size <= buffer.size)) {
    return `bytes ${offset} to ${offset + size}, wanted some of its ${buffer.size}`;
  }
  if (usage === "storage" && size % 4 !== 0) return `${size} bytes, wanted a multiple of 4`;
  if (size < minimumBytes) return `${size} bytes, wanted at least ${minimumBytes}`;
  return undefined;
}

/**
 * WebGPU's rules of one dispatch: a buffer that is written is not read through another binding, and ranges that are
 * written do not overlap.
 */
function conflictOf(ranges: ReadonlyMap<number, BufferRange>): string | undefined {
  const all = [...ranges];
  for (const [a, one] of all.filter(([, { type }]) => type === "storage")) {
    for (const [b, other] of all) {
      if (b === a || other.buffer !== one.buffer) continue;
      if (other.type !== "storage") {
        return `${one.buffer} is written as binding ${a} and read as binding ${b}`;
      }
      if (one.offset < other.offset + other.size && other.offset < one.offset + one.size) {
        return `${one.buffer} is written as binding ${a} and as binding ${b}, and the ranges overlap`;
      }
    }
  }
  return undefined;
}
