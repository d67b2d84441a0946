/** Rules of what functions call and use. @module */
import { mostNested } from "./cursor.ts";
import { WgslError } from "./error.ts";
import type { FunctionFacts } from "./facts.ts";
import type { Variable } from "./tree.ts";

/** Refuses functions that call themselves, through others or not. @throws {WgslError} */
export function assertNoRecursion(functions: readonly FunctionFacts[]): void {
  const done = new Set<FunctionFacts>();
  const open = new Set<FunctionFacts>();
  const visit = (facts: FunctionFacts, line: number) => {
    if (open.has(facts)) {
      throw new WgslError(`\`${facts.declaration.name}\` calls itself`, facts.declaration.line);
    }
    if (done.has(facts)) return;
    if (open.size >= mostNested) {
      throw new WgslError(`functions call functions over ${mostNested} deep`, line);
    }
    open.add(facts);
    for (const [called, at] of facts.calls) visit(called, at);
    open.delete(facts);
    done.add(facts);
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
