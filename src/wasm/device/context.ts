/** What the objects of one device share. @module */
import type { CodeOptions, KernelCode } from "../code/kernel_code.ts";
import type { Module } from "../wgsl/tree.ts";
import type { ErrorScopes } from "./errors.ts";
import type { DeviceMemory } from "./memory.ts";
import type { Scratch } from "./scratch.ts";
import type { Threads } from "./threads.ts";

/** What makes kernels of WGSL. */
export interface Compiler {
  /** The checked tree of a text. @throws {WgslError} Or several in an `AggregateError`. */
  check(text: string): Module;
  /** The code of an entry point. @throws {WgslError} When it uses what the compiler does not have. */
  compile(module: Module, entryPoint: string, options: CodeOptions): KernelCode;
}

/** Why a device is lost. */
export interface LostInfo {
  /** `destroyed` by its user. */
  readonly reason: "destroyed" | "unknown";
  /** A sentence; empty where it was destroyed. */
  readonly message: string;
  /** What it was running. */
  readonly pipeline?: GPUComputePipeline;
  /** Line in the text of the pipeline's module, counted from 1. */
  readonly line?: number;
}

/** What the objects of one device share; they belong to the same device if it is the same. */
export interface DeviceContext {
  /** All its memory. */
  readonly memory: DeviceMemory;
  /** Where errors go. */
  readonly errors: ErrorScopes;
  /** What makes its kernels. */
  readonly compiler: Compiler;
  /** Where threads keep what does not fit their registers. */
  readonly scratch: Scratch;
  /** What runs large dispatches; undefined where there is one thread alone. */
  readonly threads: Threads | undefined;
  /** Whether it is lost: nothing has an effect then. */
  readonly isLost: boolean;
  /** Makes it lost. Only the first time counts. */
  lose(info: LostInfo): void;
}
