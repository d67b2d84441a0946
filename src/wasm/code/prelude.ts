/** The builtin functions that WebAssembly has no instruction for, written in WGSL themselves. @module */
import { checkModule } from "../wgsl/check.ts";
import type { FunctionDeclaration, ScalarName } from "../wgsl/tree.ts";
import angles from "./prelude/angles.wgsl" with { type: "text" };
import exponential from "./prelude/exponential.wgsl" with { type: "text" };
import simple from "./prelude/simple.wgsl" with { type: "text" };

/** Functions and structures by name, in the order of their declaration. */
const declarations = new Map(
  [exponential, angles, simple].join("\n").replace(/\/\/.*/g, "").split(/^(?=fn |struct )/m)
    .flatMap((text) => [...text.matchAll(/^(?:fn|struct) (\w+)/g)].map(([, name]) => [name!, text])),
);

/** F, I or U: what a function returns. */
function returned(name: string): string | undefined {
  return /^fn .*-> (\w)/.exec(declarations.get(name) ?? "")?.[1];
}

/**
 * The function of the prelude that serves the builtin `name` where the components of its result are of type `scalar`;
 * undefined where none does. All its parameters have the width of the result: what is a scalar beside vectors is
 * repeated first. Where the bits are the same for `i32` as for `u32`, the one for `u32` serves both.
 */
export function preludeFunction(name: string, scalar: ScalarName): string | undefined {
  const plain = `${name}_`;
  if (scalar === "f32") return returned(plain) === "F" ? plain : undefined;
  if (scalar === "i32" && declarations.has(`${name}_signed`)) return `${name}_signed`;
  return scalar !== "bool" && returned(plain) === "U" ? plain : undefined;
}

/** WGSL of a function and of all that it uses, for scalars or for vectors of four components. */
export function preludeText(name: string, width: 1 | 4): string {
  const [f, i, u] = width === 1 ? ["f32", "i32", "u32"] : ["vec4f", "vec4i", "vec4u"];
  const used = new Set([name]);
  for (const each of used) {
    for (const word of declarations.get(each)!.match(/\w+/g)!) if (declarations.has(word)) used.add(word);
  }
  const texts = [...used].map((each) => declarations.get(each));
  return `alias F = ${f}; alias I = ${i}; alias U = ${u};\n${texts.join("")}`;
}

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
