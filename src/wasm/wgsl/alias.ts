/** What functions read and write through pointers. Source: the WGSL specification, "Alias Analysis". @module */
import { WgslError } from "./error.ts";
import type { FunctionFacts, Root } from "./facts.ts";
import type { Variable } from "./tree.ts";
import type { Node } from "./types.ts";

/** How a place is used: bits. */
export const reads = 1;
/** How a place is used: bits. */
export const writes = 2;

/** Where a place or a pointer comes from; undefined for values. `pointers` has the roots of the pointers that `let` declares. */
export function rootOf(node: Node, pointers: ReadonlyMap<Variable, Root>): Root | undefined {
  switch (node.kind) {
    case "variable":
      return pointers.get(node.variable) ?? { variable: node.variable, isWhole: true };
    case "member":
    case "index": {
      const root = rootOf(node.of, pointers);
      return root && { ...root, isWhole: false };
    }
    case "dereference":
    case "address":
      return rootOf(node.of, pointers);
    default:
      return undefined;
  }
}

/** Notes that a function uses a place. */
export function noteAccess({ accesses, pointers }: FunctionFacts, place: Node, how: number): void {
  const root = rootOf(place, pointers);
  if (root) accesses.set(root.variable, (accesses.get(root.variable) ?? 0) | how);
}

type Effects = ReadonlyMap<Variable, number>;

/** Refuses calls in which one place is written and reached in two ways. The functions do not recur. @throws {WgslError} */
export function assertNoAliases(functions: readonly FunctionFacts[]): void {
  const known = new Map<FunctionFacts, Effects>();
  const effectsOf = (facts: FunctionFacts): Effects => {
    let effects = known.get(facts);
    if (!effects) known.set(facts, effects = collect(facts, effectsOf));
    return effects;
  };
  for (const { pointerCalls } of functions) {
    for (const { callee, roots, line } of pointerCalls) {
      const effects = effectsOf(callee);
      const uses = callee.declaration.parameters.map((parameter) => effects.get(parameter) ?? 0);
      for (const [i, root] of roots.entries()) {
        if (!root) continue;
        const others = roots.reduce(
          (all, other, j) => j !== i && other?.variable === root.variable ? all | uses[j]! : all,
          effects.get(root.variable) ?? 0,
        );
        if (!(uses[i]! && others && ((uses[i]! | others) & writes))) continue;
        const names = `\`${callee.declaration.name}\` reaches \`${root.variable.name}\``;
        throw new WgslError(`${names} in two ways, and writes to it`, line);
      }
    }
  }
}

/** What a function uses outside itself: its pointer parameters, and variables outside functions. */
function collect(
  { accesses, calls, pointerCalls }: FunctionFacts,
  effectsOf: (facts: FunctionFacts) => Effects,
): Effects {
  const all = new Map<Variable, number>();
  const add = (variable: Variable, how: number) => all.set(variable, (all.get(variable) ?? 0) | how);
  for (const [variable, how] of accesses) add(variable, how);
  for (const callee of calls.keys()) for (const [variable, how] of effectsOf(callee)) add(variable, how);
  for (const { callee, roots } of pointerCalls) {
    for (const [i, root] of roots.entries()) {
      if (root) add(root.variable, effectsOf(callee).get(callee.declaration.parameters[i]!) ?? 0);
    }
  }
  return all;
}
