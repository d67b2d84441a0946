/** Which mutants a run takes. @module */
import { createHash } from "node:crypto";
import { UsageError } from "../../src/core/errors.ts";
import type { Sources } from "../architecture.ts";
import { type Mutant, mutantsOf } from "./mutate.ts";

/** Folders whose files have mutants. */
export const folders: readonly string[] = [
  "src/config",
  "src/train",
  "src/agents",
  "src/learner",
  "src/device_envs",
  "src/ops",
  "src/gpu",
  "shaders",
];

/**
 * The mutants of all files that `glob` names, in an order that `seed` draws. A mutant's place depends on nothing but its
 * own line, so an edit elsewhere leaves the order as it is.
 *
 * @throws {UsageError} When there is no such file.
 */
export function shuffledMutants(sources: Sources, { seed, glob }: { seed: number; glob: RegExp }): Mutant[] {
  const files = Object.keys(sources).filter((file) =>
    folders.some((folder) => file.startsWith(`${folder}/`)) && glob.test(file)
  );
  if (files.length === 0) {
    throw new UsageError(`Cannot choose mutants: no file fits, wanted some below ${folders.join(", ")}`);
  }
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
