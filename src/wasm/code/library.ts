/** Functions of the language that are written in WGSL. @module */
import type { FunctionDeclaration, ScalarName } from "../wgsl/tree.ts";

/** The declaration of the function `name` for one number, or for four; undefined where there is none. */
export function libraryFunction(
  _name: string,
  _width: 1 | 4,
  _scalar: ScalarName,
): FunctionDeclaration | undefined {
  return undefined;
}
