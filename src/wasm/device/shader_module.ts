/** Shader modules: checked WGSL, and what was found wrong with it. @module */
import { WgslError } from "../wgsl/error.ts";
import type { Module } from "../wgsl/tree.ts";
import type { DeviceContext } from "./context.ts";
import { named, Refusal } from "./errors.ts";

/** A checked WGSL text. */
export class ShaderModule implements GPUShaderModule {
  /** Its name in messages. */
  label: string;
  /** The device that it belongs to. */
  readonly context: DeviceContext;
  /** The checked tree; undefined where the text is no valid WGSL. */
  readonly tree: Module | undefined;
  readonly #messages: GPUCompilationMessage[] = [];

  /** Checks the text. */
  constructor(context: DeviceContext, { label = "", code }: GPUShaderModuleDescriptor) {
    this.label = label;
    this.context = context;
    const { compiler, errors } = context;
    this.tree = errors.attempt(`compile ${this}`, () => this.noting(() => compiler.check(code)));
  }

  /** All that was found so far, also when pipelines were made of the module. */
  getCompilationInfo(): Promise<GPUCompilationInfo> {
    return Promise.resolve({ messages: [...this.#messages] });
  }

  /** What `compile` gives; what it finds wrong with the text is kept. @throws {Refusal} With the first of it. */
  noting<T>(compile: () => T): T {
    try {
      return compile();
    } catch (error) {
      const found = wgslErrors(error);
      this.#messages.push(...found.map(compilationMessage));
      const [first] = found;
      if (!first) throw error;
      throw new Refusal(`line ${first.line}: ${first.message}`);
    }
  }

  /** For messages. */
  toString(): string {
    return named("shader module", this.label);
  }
}

function wgslErrors(error: unknown): WgslError[] {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.filter((each) => each instanceof WgslError);
}

function compilationMessage({ message, line }: WgslError): GPUCompilationMessage {
  return { type: "error", message, lineNum: line, linePos: 0, offset: 0, length: 0 };
}
