/** Which mutants a run takes. @module */
import { createHash } from "node:crypto";
import type { Sources } from "../architecture.ts";
import { type Mutant, mutantsOf } from "./mutate.ts";

/** Folders whose files have mutants. */
export const folders: readonly string[] = [
  "src/config",
  "src/learner",
  "src/agents",
  "src/train",
  "src/ops",
  "shaders",
];

/**
 * The mutants of all files that `glob` names, in an order that `seed` draws. A mutant's place depends on nothing but its
 * own line, so an edit elsewhere leaves the order as it is.
 */
export function shuffledMutants(sources: Sources, { seed, glob }: { seed: number; glob: RegExp }): Mutant[] {
  const files = Object.keys(sources).filter((file) =>
    folders.some((folder) => file.startsWith(`${folder}/`)) && glob.test(file)
  );
  return files.flatMap((file) => mutantsOf(file, sources[file]!))
    .map((mutant) => ({ mutant, rank: createHash("sha256").update(`${seed} ${mutant.id}`).digest("hex") }))
    .sort((a, b) => a.rank < b.rank ? -1 : 1)
    .map(({ mutant }) => mutant);
}

/** `*` stands for any part of a name, `**` for any part of a path. */
export function globPattern(glob: string): RegExp {
  const parts = glob.split(/(\*\*|\*)/).map((part) =>
    part === "**" ? ".*" : part === "*" ? "[^/]*" : RegExp.escape(part)
  );
  return new RegExp(`^${parts.join("")}$`);
}
