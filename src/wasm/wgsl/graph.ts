/** Rules of what functions call and use. @module */
import { mostNested } from "./cursor.ts";
import { WgslError } from "./error.ts";
import type { FunctionFacts } from "./facts.ts";
import type { Variable } from "./tree.ts";

/** Refuses functions that call themselves, through others or not, and calls in calls too deep. @throws {WgslError} */
export function assertNoRecursion(functions: readonly FunctionFacts[]): void {
  /** How many functions deep calls go, the function itself among them. */
  const depths = new Map<FunctionFacts, number>();
  const open = new Set<FunctionFacts>();
  const visit = (facts: FunctionFacts, line: number): number => {
    if (open.has(facts)) {
      throw new WgslError(`\`${facts.declaration.name}\` calls itself`, facts.declaration.line);
    }
    let depth = depths.get(facts);
    if (open.size + (depth ?? 1) > mostNested) {
      throw new WgslError(`functions call functions over ${mostNested} deep`, line);
    }
    if (depth === undefined) {
      open.add(facts);
      depth = 1 + Math.max(0, ...[...facts.calls].map(([called, at]) => visit(called, at)));
      open.delete(facts);
      depths.set(facts, depth);
    }
    return depth;
  };
  for (const facts of functions) visit(facts, facts.declaration.line);
}

/** Refuses entry points that use two variables of one binding. @throws {WgslError} */
export function assertBindings(functions: readonly FunctionFacts[]): void {
  for (const facts of functions) {
    if (!facts.declaration.workgroupSize) continue;
    const taken = new Map<string, Variable>();
    for (const variable of reachedVariables(facts)) {
      if (variable.group === undefined) continue;
      const place = `@group(${variable.group}) @binding(${variable.binding})`;
      const other = taken.get(place);
      if (other) {
        throw new WgslError(
          `\`${facts.declaration.name}\` uses \`${other.name}\` and \`${variable.name}\`, which are both ${place}`,
          variable.line,
        );
      }
      taken.set(place, variable);
    }
  }
}

/** The variables outside functions that a function uses, itself or through others. */
function reachedVariables(facts: FunctionFacts): Set<Variable> {
  const reached = new Set<FunctionFacts>([facts]);
  for (const { calls } of reached) for (const called of calls.keys()) reached.add(called);
  return new Set([...reached].flatMap(({ variables }) => [...variables]));
}

/** Refuses overrides of one `@id`. @throws {WgslError} */
export function assertDistinctIds(variables: readonly Variable[]): void {
  const taken = new Map<number, string>();
  for (const { name, id, line } of variables) {
    if (id === undefined) continue;
    const other = taken.get(id);
    if (other) throw new WgslError(`\`${other}\` and \`${name}\` are both @id(${id})`, line);
    taken.set(id, name);
  }
}
