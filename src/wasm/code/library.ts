/** The functions of the prelude, checked when one is first asked for. @module */
import { checkModule } from "../wgsl/check.ts";
import type { FunctionDeclaration, Module, ScalarName } from "../wgsl/tree.ts";
import { preludeFunction, preludeText } from "./prelude.ts";

const modules = new Map<1 | 4, Module>();

/** The declaration of the function `name` for one number, or for four; undefined where there is none. */
export function libraryFunction(
  name: string,
  width: 1 | 4,
  scalar: ScalarName,
): FunctionDeclaration | undefined {
  const declared = preludeFunction(name, scalar);
  if (!declared) return undefined;
  let module = modules.get(width);
  if (!module) modules.set(width, module = checkModule(preludeText(width)));
  return module.functions.find((one) => one.name === declared);
}
