/** Compute pipelines from WGSL files. @module */
import { shaderStage } from "../wasm/device/usage.ts";
import { JoinedText, type ShaderFile } from "./joined_text.ts";
import { workgroupBytes } from "./workgroup_memory.ts";

export type { ShaderFile };

/** What a {@linkcode Kernel} is made of. */
export interface KernelSpec {
  /** The file that holds the entry point. */
  readonly file: ShaderFile;
  /** Entry point. */
  readonly entryPoint: string;
  /** Storage bindings that are only read: bindings 0 to reads - 1. */
  readonly reads: number;
  /** Storage bindings that are written: the bindings that follow. At most 8 with `reads`. */
  readonly writes: number;
  /** How many of the reads, from the first on, are uniform windows of {@linkcode windowBytes}; none by default. */
  readonly windows?: number;
  /** Files whose functions the entry point calls. They are appended, so line numbers stay the author's. */
  readonly modules?: readonly ShaderFile[];
  /** Sizes that shape an array: appended as `const NAME = <value>u;`. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Values of the file's `override` constants. */
  readonly overrides?: Readonly<Record<string, number>>;
}

/** Bytes of a uniform window: the least that every device allows. */
export const windowBytes = 65536;

/** The binding of the uniform that holds run-time sizes: the first after the eight storage bindings. */
export const paramsBinding = 8;

const kernels = new WeakMap<GPUComputePipeline, Kernel>();

/** The kernel whose pipeline this is. */
export function kernelOf(pipeline: GPUComputePipeline): Kernel | undefined {
  return kernels.get(pipeline);
}

/** A compiled entry point. Get one from `Gpu.kernel`, which caches it. */
export class Kernel {
  /** `<file>:<entry point>`. */
  readonly label: string;
  /** Storage bindings that are only read, uniform windows among them. */
  readonly reads: number;
  /** Storage bindings that are written. */
  readonly writes: number;
  /** Bindings of group 0: reads, writes, and the run-time sizes at {@linkcode paramsBinding}. */
  readonly layout: GPUBindGroupLayout;
  /** What a pass sets; valid once `compiled` has resolved. */
  readonly pipeline: GPUComputePipeline;
  /** Settles when the compiler has answered; rejects with the WGSL line when the file does not compile. */
  readonly compiled: Promise<void>;
  readonly #source: JoinedText;

  /**
   * Starts the compiler.
   *
   * @throws {RangeError} When there are more than 8 storage bindings, or more workgroup memory than the device has.
   */
  constructor(device: GPUDevice, spec: KernelSpec) {
    this.label = kernelLabel(spec);
    this.reads = spec.reads;
    this.writes = spec.writes;
    if (spec.reads + spec.writes > 8) {
      throw new RangeError(
        `Cannot create ${this.label}: ${spec.reads + spec.writes} storage bindings, wanted at most 8`,
      );
    }
    const most = device.limits.maxComputeWorkgroupStorageSize;
    const bytes = workgroupBytes(spec);
    if (bytes > most) {
      throw new RangeError(
        `Cannot create ${this.label}: ${bytes} bytes of workgroup memory, wanted at most ${most}`,
      );
    }
    this.#source = new JoinedText([spec.file, ...spec.modules ?? []], spec.constants);
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ label: this.label, code: this.#source.text });
    this.layout = device.createBindGroupLayout({ label: this.label, entries: layoutEntries(spec) });
    this.pipeline = device.createComputePipeline({
      label: this.label,
      layout: device.createPipelineLayout({ label: this.label, bindGroupLayouts: [this.layout] }),
      compute: { module, entryPoint: spec.entryPoint, constants: { ...spec.overrides } },
    });
    kernels.set(this.pipeline, this);
    this.compiled = report(this, { module, scope: device.popErrorScope() });
    this.compiled.catch(() => {}); // Surfaces in Gpu.ready().
  }

  /** `<file>:<line>` and the line itself, of a line of what is compiled: the files one after another. */
  sourceLine(line: number): { readonly place: string; readonly text: string } {
    return this.#source.source(line);
  }
}

/** `<file>:<entry point>`. */
export function kernelLabel(spec: KernelSpec): string {
  return `${spec.file.name}:${spec.entryPoint}`;
}

function layoutEntries({ reads, writes, windows = 0 }: KernelSpec): GPUBindGroupLayoutEntry[] {
  const storage = Array.from({ length: reads + writes }, (_, binding): GPUBindGroupLayoutEntry => ({
    binding,
    visibility: shaderStage.compute,
    buffer: { type: binding < windows ? "uniform" : binding < reads ? "read-only-storage" : "storage" },
  }));
  return [...storage, {
    binding: paramsBinding,
    visibility: shaderStage.compute,
    buffer: { type: "uniform" },
  }];
}

interface Compilation {
  readonly module: GPUShaderModule;
  readonly scope: Promise<GPUError | null>;
}

async function report(kernel: Kernel, { module, scope }: Compilation): Promise<void> {
  const [info, failure] = await Promise.all([module.getCompilationInfo(), scope]);
  const errors = info.messages.filter((message) => message.type === "error");
  if (errors.length > 0) {
    const lines = errors.map((error) => describeError(kernel, error));
    throw new Error(`Cannot compile ${kernel.label}:\n${lines.join("\n")}`);
  }
  if (failure) throw new Error(`Cannot create ${kernel.label}: ${failure.message}`);
}

/** How our own compiler tells what is WGSL and no mistake, but more than it takes. */
const notOurs = / not supported here\b/;

/** `file:line: message` and the line itself. */
function describeError(kernel: Kernel, error: GPUCompilationMessage): string {
  const { line, message } = readMessage(error);
  const { place, text } = kernel.sourceLine(line);
  const hint = notOurs.test(message) ? "; `--device webgpu` may take it" : "";
  return `${place}: ${message}${hint}${text === "" ? "" : `\n    ${text}`}`;
}

/** naga draws the code under its message. Only the drawing has the line of every error, and it counts joined lines. */
function readMessage({ message, lineNum }: GPUCompilationMessage): { line: number; message: string } {
  const drawn = /┌─ .*:(\d+):\d+$/m.exec(message)?.[1];
  const lines = message.trim().split("\n");
  const headline = lines[0]!.replace(/^Shader .*?error: /, "");
  const notes = lines.filter((line) => line.startsWith("  = ")).map((line) => line.slice(4));
  return { line: drawn ? Number(drawn) : lineNum, message: [headline, ...notes].join("; ") };
}
