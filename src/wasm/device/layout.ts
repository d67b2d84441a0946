/** Layouts: what kinds of bindings a group has, and which groups a pipeline. @module */
import type { KernelBinding } from "../code/kernel_code.ts";
import type { DeviceContext } from "./context.ts";
import { named, Refusal } from "./errors.ts";
import { shaderStage } from "./usage.ts";

/** One past the largest number of a binding: WebGPU's `maxBindingsPerBindGroup`. */
const mostBindings = 1000;

/** The bindings of a group. */
export class BindGroupLayout implements GPUBindGroupLayout {
  /** Its name in messages. */
  label: string;
  /** The device that it belongs to. */
  readonly context: DeviceContext;
  /** By number; undefined where the layout was refused. */
  readonly bindings: ReadonlyMap<number, KernelBinding> | undefined;

  /** Checks the entries. */
  constructor(context: DeviceContext, { label = "", entries }: GPUBindGroupLayoutDescriptor) {
    this.label = label;
    this.context = context;
    this.bindings = context.errors.attempt(`create ${this}`, () => readEntries([...entries]));
  }

  /** For messages. */
  toString(): string {
    return named("bind group layout", this.label);
  }
}

function readEntries(entries: readonly GPUBindGroupLayoutEntry[]): Map<number, KernelBinding> {
  const bindings = new Map<number, KernelBinding>();
  for (const { binding, visibility, buffer } of entries) {
    if (!(Number.isInteger(binding) && binding >= 0 && binding < mostBindings)) {
      throw new Refusal(`binding ${binding}, wanted 0 to ${mostBindings - 1}`);
    }
    if (bindings.has(binding)) throw new Refusal(`binding ${binding} is there twice`);
    if (!buffer) throw new Refusal(`binding ${binding} is no buffer, and this device has nothing else`);
    if (buffer.hasDynamicOffset) {
      throw new Refusal(`binding ${binding} has a dynamic offset, which this device has not`);
    }
    if ((visibility & ~shaderStage.compute) !== 0) {
      throw new Refusal(
        `binding ${binding} is visible to stages other than compute, which this device has not`,
      );
    }
    bindings.set(binding, {
      binding,
      type: buffer.type ?? "uniform",
      minimumBytes: buffer.minBindingSize ?? 0,
    });
  }
  return bindings;
}

/** The groups of a pipeline: one at most. */
export class PipelineLayout implements GPUPipelineLayout {
  /** Its name in messages. */
  label: string;
  /** The device that it belongs to. */
  readonly context: DeviceContext;
  /** Group 0; undefined where the layout was refused. */
  readonly group: BindGroupLayout | undefined;

  /** Checks the groups. */
  constructor(
    context: DeviceContext,
    { label = "", bindGroupLayouts }: { label?: string; bindGroupLayouts: readonly BindGroupLayout[] },
  ) {
    this.label = label;
    this.context = context;
    this.group = context.errors.attempt(`create ${this}`, () => {
      if (bindGroupLayouts.length > 1) {
        throw new Refusal(`${bindGroupLayouts.length} groups, wanted group 0 alone`);
      }
      const [group = new BindGroupLayout(context, { entries: [] })] = bindGroupLayouts;
      if (group.context !== context) throw new Refusal(`${group} belongs to another device`);
      if (!group.bindings) throw new Refusal(`${group} was refused`);
      return group;
    });
  }

  /** For messages. */
  toString(): string {
    return named("pipeline layout", this.label);
  }
}

/** What the bindings of two layouts differ in; undefined where nothing. Neither was refused. */
export function differenceOf(wanted: BindGroupLayout, given: BindGroupLayout): string | undefined {
  if (wanted === given) return undefined;
  const [those, these] = [wanted.bindings!, given.bindings!];
  for (const [binding, { type, minimumBytes }] of those) {
    const other = these.get(binding);
    if (!other) return `binding ${binding} is missing`;
    if (other.type !== type) return `binding ${binding} is ${other.type}, wanted ${type}`;
    if (other.minimumBytes !== minimumBytes) {
      return `binding ${binding} asks for ${other.minimumBytes} bytes, wanted ${minimumBytes}`;
    }
  }
  return these.size === those.size ? undefined : `${these.size} bindings, wanted ${those.size}`;
}
