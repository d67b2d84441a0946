/** Compute pipelines: compiled entry points. @module */
import type { CodeOptions, KernelBinding, KernelCode, KernelFunction } from "../code/kernel_code.ts";
import type { Module } from "../wgsl/tree.ts";
import type { DeviceContext } from "./context.ts";
import { hasRelaxedSimd } from "./engine.ts";
import { named, Refusal } from "./errors.ts";
import { BindGroupLayout, type PipelineLayout } from "./layout.ts";
import { workgroupLimits } from "./limits.ts";
import type { ShaderModule } from "./shader_module.ts";
import type { SharedKernel, Threads } from "./threads.ts";
import { shaderStage } from "./usage.ts";

/** What `createComputePipeline` takes. */
export interface PipelineDescriptor {
  /** Its name in messages. */
  readonly label?: string;
  /** Its bindings, or `auto`: those that the entry point uses. */
  readonly layout: PipelineLayout | "auto";
  /** What it runs. */
  readonly compute: {
    readonly module: ShaderModule;
    readonly entryPoint?: string;
    readonly constants?: Readonly<Record<string, number>>;
  };
}

/** A compiled entry point. */
export class ComputePipeline implements GPUComputePipeline {
  /** Its name in messages. */
  label: string;
  /** The device that it belongs to. */
  readonly context: DeviceContext;
  /** What the compiler made; undefined where the pipeline was refused. */
  readonly code: KernelCode | undefined;
  /** Its group 0. */
  readonly layout: BindGroupLayout;
  #function: KernelFunction | undefined;
  #shared: SharedKernel | undefined;

  /** Compiles the entry point. */
  constructor(context: DeviceContext, { label = "", layout, compute }: PipelineDescriptor) {
    this.label = label;
    this.context = context;
    this.code = context.errors.attempt(`create ${this}`, () => {
      const code = compile(context, compute);
      if (layout === "auto") return code;
      if (layout.context !== context) throw new Refusal(`${layout} belongs to another device`);
      if (!layout.group?.bindings) throw new Refusal(`${layout} was refused`);
      for (const binding of code.bindings) checkBinding(binding, layout.group.bindings);
      return code;
    });
    const explicit = layout === "auto" ? undefined : layout.group;
    this.layout = explicit ?? new BindGroupLayout(context, { label, entries: entriesOf(this.code) });
  }

  /** Its group 0. @throws {RangeError} For another one. */
  getBindGroupLayout(index: number): BindGroupLayout {
    if (index !== 0) throw new RangeError(`Cannot get layout ${index} of ${this}: wanted group 0`);
    return this.layout;
  }

  /** Its code, ready to run: WebAssembly is made when it is first asked for. */
  get function(): KernelFunction {
    return this.#function ??= instantiate(this.context, this.code!);
  }

  /** The same for all threads; undefined where memory does not suffice to tell them. */
  share(threads: Threads): SharedKernel | undefined {
    return this.#shared ??= threads.share(this.code!.bytes, this.function);
  }

  /** For messages. */
  toString(): string {
    return named("compute pipeline", this.label);
  }
}

function instantiate({ memory }: DeviceContext, { bytes }: KernelCode): KernelFunction {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    device: { memory: memory.memory },
  });
  return instance.exports.dispatch as KernelFunction;
}

function compile(
  context: DeviceContext,
  { module, entryPoint, constants = {} }: PipelineDescriptor["compute"],
) {
  const { compiler, memory, scratch } = context;
  if (module.context !== context) throw new Refusal(`${module} belongs to another device`);
  const { tree } = module;
  if (!tree) throw new Refusal(`${module} did not compile`);
  const name = findEntryPoint(tree, entryPoint);
  checkConstants(tree, constants);
  const options: CodeOptions = { constants, shared: memory.shared, relaxed: hasRelaxedSimd() };
  const code = module.noting(() => compiler.compile(tree, name, options));
  checkWorkgroup(code.workgroupSize);
  try {
    scratch.reserve(code.scratchBytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal(error.message, "out-of-memory");
  }
  return code;
}

function findEntryPoint({ functions }: Module, wanted: string | undefined): string {
  const names = functions.filter(({ workgroupSize }) => workgroupSize).map(({ name }) => name);
  if (wanted === undefined && names.length === 1) return names[0]!;
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  const there = names.length === 0 ? "it has none" : `wanted one of ${names.join(", ")}`;
  throw new Refusal(
    `${wanted === undefined ? "no entry point is named" : `entry point ${wanted} is not there`}, ${there}`,
  );
}

function checkConstants({ overrides }: Module, constants: Readonly<Record<string, number>>): void {
  const known = overrides.map(({ id, name }) => id === undefined ? name : String(id));
  for (const name of Object.keys(constants)) {
    if (known.includes(name)) continue;
    const there = known.length === 0 ? "the module has none" : `wanted one of ${known.join(", ")}`;
    throw new Refusal(`constant ${name} is no override, ${there}`);
  }
}

function checkWorkgroup([x, y, z]: KernelCode["workgroupSize"]): void {
  const most = workgroupLimits;
  if (
    x <= most.maxComputeWorkgroupSizeX && y <= most.maxComputeWorkgroupSizeY &&
    z <= most.maxComputeWorkgroupSizeZ &&
    x * y * z <= most.maxComputeInvocationsPerWorkgroup
  ) return;
  throw new Refusal(
    `its workgroups are ${x} x ${y} x ${z}, wanted at most ${most.maxComputeInvocationsPerWorkgroup} invocations, ` +
      `and ${most.maxComputeWorkgroupSizeZ} in z`,
  );
}

function checkBinding(
  { binding, type, minimumBytes }: KernelBinding,
  layout: ReadonlyMap<number, KernelBinding>,
): void {
  const entry = layout.get(binding);
  if (!entry) throw new Refusal(`binding ${binding}, which it uses, is not in the layout`);
  if (entry.type !== type) {
    throw new Refusal(`binding ${binding} is ${entry.type} in the layout, wanted ${type}`);
  }
  if (entry.minimumBytes > 0 && entry.minimumBytes < minimumBytes) {
    throw new Refusal(
      `binding ${binding} has ${entry.minimumBytes} bytes in the layout, wanted at least ${minimumBytes}`,
    );
  }
}

function entriesOf(code: KernelCode | undefined): GPUBindGroupLayoutEntry[] {
  return (code?.bindings ?? []).map(({ binding, type, minimumBytes }) => ({
    binding,
    visibility: shaderStage.compute,
    buffer: { type, minBindingSize: minimumBytes },
  }));
}
