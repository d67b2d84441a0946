/** Which tests see a file: those that reach it by imports, the nearest first. @module */
import type { Imports, Sources } from "../architecture.ts";
import { importsOf } from "../architecture.ts";

/** Imports, and the scripts that a file starts as a process: `../../src/cli/train.ts` named by a text. */
export function dependenciesOf(sources: Sources): Imports {
  const imports = importsOf(sources);
  const files = Object.keys(sources);
  for (const [file, targets] of imports) {
    if (!file.startsWith("tests/") || file.startsWith("tests/mutants/")) continue;
    for (const [, path] of sources[file]!.matchAll(/["'`](?:\.\.\/)+(src\/[^"'`]+\.ts)["'`]/g)) {
      const parts = path!.split(/\$\{\w+\}/).map(RegExp.escape);
      const named = new RegExp(`^${parts.join("[^/]+")}$`);
      targets.push(...files.filter((other) => named.test(other)));
    }
  }
  return imports;
}

/** How many imports lead from each test to `file`, nearest first. */
export function testsOf(file: string, dependencies: Imports): Map<string, number> {
  const dependents = new Map<string, string[]>();
  for (const [from, targets] of dependencies) {
    for (const target of targets) dependents.set(target, [...dependents.get(target) ?? [], from]);
  }
  const distances = new Map([[file, 0]]);
  for (const [at, distance] of distances) {
    for (const from of dependents.get(at) ?? []) {
      if (!distances.has(from)) distances.set(from, distance + 1);
    }
  }
  return new Map([...distances].filter(([path]) => path.endsWith("_test.ts")));
}

/** Files that name `file` in an import, with it: whom a change of its types can break. */
export function importersOf(file: string, dependencies: Imports): string[] {
  return [...dependencies].filter(([from, targets]) => from === file || targets.includes(file))
    .map(([from]) => from);
}
