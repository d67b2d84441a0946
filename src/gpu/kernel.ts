/** Compute pipelines from WGSL files. @module */
import { shaderStage } from "../wasm/device/usage.ts";
import { JoinedText, type ShaderFile } from "./joined_text.ts";
import { type KernelInterface, kernelInterface } from "./kernel_interface.ts";
import { tokenize, WgslError } from "./wgsl_tokens.ts";
import { workgroupBytes } from "./workgroup_memory.ts";

export type { ShaderFile };

/** What a {@linkcode Kernel} is made of. */
export interface KernelSpec {
  /** The file that holds the entry point. */
  readonly file: ShaderFile;
  /** Entry point. */
  readonly entryPoint: string;
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

/** Storage bindings of a kernel at most, uniform windows among them: what every device allows. */
const mostBindings = 8;

const kernels = new WeakMap<GPUComputePipeline, Kernel>();

/** The kernel whose pipeline this is. */
export function kernelOf(pipeline: GPUComputePipeline): Kernel | undefined {
  return kernels.get(pipeline);
}

/** A compiled entry point. Get one from `Gpu.kernel`, which caches it. */
export class Kernel {
  /** `<file>:<entry point>`. */
  readonly label: string;
  /** What it binds and which run-time sizes it reads, by the names in the text. */
  readonly interface: KernelInterface;
  /** Bindings of group 0: those of the interface, and the run-time sizes at {@linkcode paramsBinding} if it reads any. */
  readonly layout: GPUBindGroupLayout;
  /** What a pass sets; valid once `compiled` has resolved. */
  readonly pipeline: GPUComputePipeline;
  /** Settles when the compiler has answered; rejects with the WGSL line when the file does not compile. */
  readonly compiled: Promise<void>;
  readonly #source: JoinedText;

  /**
   * Starts the compiler.
   *
   * @throws {Error} When the text is not made of WGSL's words, with the line.
   * @throws {RangeError} When it has more than 8 storage bindings, or more workgroup memory than the device has.
   */
  constructor(device: GPUDevice, spec: KernelSpec) {
    this.label = kernelLabel(spec);
    const files = [spec.file, ...spec.modules ?? []];
    this.#source = new JoinedText(files, spec.constants);
    this.interface = readInterface(this.label, files, spec.entryPoint);
    const { bindings } = this.interface;
    if (bindings.length > mostBindings) {
      throw new RangeError(
        `Cannot create ${this.label}: ${bindings.length} storage bindings, wanted at most ${mostBindings}`,
      );
    }
    const most = device.limits.maxComputeWorkgroupStorageSize;
    const bytes = workgroupBytes(spec);
    if (bytes > most) {
      throw new RangeError(
        `Cannot create ${this.label}: ${bytes} bytes of workgroup memory, wanted at most ${most}`,
      );
    }
    device.pushErrorScope("validation");
    const module = device.createShaderModule({ label: this.label, code: this.#source.text });
    this.layout = device.createBindGroupLayout({ label: this.label, entries: layoutEntries(this.interface) });
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

function readInterface(label: string, files: readonly ShaderFile[], entryPoint: string): KernelInterface {
  try {
    return kernelInterface(files.map(({ text }) => text), entryPoint);
  } catch (error) {
    if (!(error instanceof WgslError)) throw error;
    const { name, text } = files.find((file) => !isWgsl(file.text))!;
    const line = text.split("\n")[error.line - 1]!.trim();
    throw new Error(`Cannot compile ${label}:\n${name}:${error.line}: ${error.message}\n    ${line}`, {
      cause: error,
    });
  }
}

/** Whether a text is made of WGSL's words. */
function isWgsl(text: string): boolean {
  try {
    tokenize(text);
    return true;
  } catch {
    return false;
  }
}

/** `<file>:<entry point>`. */
export function kernelLabel(spec: KernelSpec): string {
  return `${spec.file.name}:${spec.entryPoint}`;
}

function layoutEntries({ bindings, params }: KernelInterface): GPUBindGroupLayoutEntry[] {
  const sizes = { binding: paramsBinding, type: "uniform" } as const;
  return [...bindings, ...params === undefined ? [] : [sizes]].map(({ binding, type }) => ({
    binding,
    visibility: shaderStage.compute,
    buffer: { type },
  }));
}

interface Compilation {
  readonly module: GPUShaderModule;
  readonly scope: Promise<GPUError | null>;
}

async function report(kernel: Kernel, { module, scope }: Compilation): Promise<void> {
  const [info, failure] = await Promise.all([module.getCompilationInfo(), scope]);
  const errors = info.messages.filter((message) => message.type === "error");
  if (errors.length > 0) {
    const lines = errors.map((error) => describeError(kernel, readMessage(error)));
    throw new Error(`Cannot compile ${kernel.label}:\n${lines.join("\n")}`);
  }
  if (failure) throw new Error(`Cannot create ${kernel.label}: ${failure.message}`);
}

/** How our own compiler tells what is WGSL and no mistake, but more than it takes. */
const notOurs = / not supported here\b/;

/** `file:line: message` and the line itself. */
function describeError(
  kernel: Kernel,
  { line, message }: { readonly line: number; readonly message: string },
): string {
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
