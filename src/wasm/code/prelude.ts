/** The builtin functions that WebAssembly has no instruction for, written in WGSL themselves. @module */
import angles from "./prelude/angles.wgsl" with { type: "text" };
import exponential from "./prelude/exponential.wgsl" with { type: "text" };
import simple from "./prelude/simple.wgsl" with { type: "text" };
import type { ScalarName } from "../wgsl/tree.ts";

const functions = [exponential, angles, simple].join("\n");

/** Of each function that serves a builtin: F, I or U, what it returns. */
const returned = new Map(
  [...functions.matchAll(/^fn (\w+_(?:signed)?)\(.*-> ([FIU]) \{$/gm)].map((
    [, name, type],
  ) => [name!, type!]),
);

/**
 * The function of the prelude that serves the builtin `name` where the components of its result are of type `scalar`;
 * undefined where none does. All its parameters have the width of the result: what is a scalar beside vectors is
 * repeated first. Where the bits are the same for `i32` as for `u32`, the one for `u32` serves both.
 */
export function preludeFunction(name: string, scalar: ScalarName): string | undefined {
  const plain = `${name}_`;
  if (scalar === "f32") return returned.get(plain) === "F" ? plain : undefined;
  if (scalar === "i32" && returned.has(`${name}_signed`)) return `${name}_signed`;
  return scalar !== "bool" && returned.get(plain) === "U" ? plain : undefined;
}

/** WGSL of the functions, for scalars or for vectors of four components. */
export function preludeText(width: 1 | 4): string {
  const [f, i, u] = width === 1 ? ["f32", "i32", "u32"] : ["vec4f", "vec4i", "vec4u"];
  return `alias F = ${f}; alias I = ${i}; alias U = ${u};\n${functions}`;
}
