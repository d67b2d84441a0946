/** Functions of the language that are written in WGSL, checked. @module */
import { checkModule } from "../wgsl/check.ts";
import type { FunctionDeclaration, ScalarName } from "../wgsl/tree.ts";
import { preludeFunction, preludeText } from "./prelude.ts";

/** Those for one number and for four, by name. */
const checked = { 1: new Map<string, FunctionDeclaration>(), 4: new Map<string, FunctionDeclaration>() };

/**
 * The declaration of the function `name` for one number, or for four; undefined where there is none. `scalar` is the
 * type of what it returns, or of its components.
 */
export function libraryFunction(
  name: string,
  width: 1 | 4,
  scalar: ScalarName,
): FunctionDeclaration | undefined {
  const ours = preludeFunction(name, scalar);
  if (ours === undefined) return undefined;
  let declared = checked[width].get(ours);
  if (!declared) {
    declared = checkModule(preludeText(ours, width)).functions.find((each) => each.name === ours)!;
    checked[width].set(ours, declared);
  }
  return declared;
}
