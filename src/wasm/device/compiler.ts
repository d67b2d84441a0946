/** Our compiler, as a device uses it. @module */
import { compileKernel } from "../code/compile.ts";
import { checkModule } from "../wgsl/check.ts";
import type { Module } from "../wgsl/tree.ts";
import type { Compiler } from "./context.ts";

/** A compiler that checks a text once, however many of its entry points are asked for. */
export function ownCompiler(): Compiler {
  const modules = new Map<string, Module>();
  return {
    check(text) {
      let module = modules.get(text);
      if (!module) modules.set(text, module = checkModule(text));
      return module;
    },
    compile: compileKernel,
  };
}
