/** What can be had of a run, by names that requests have. @module */
import type { ClosedFolder, Place } from "./closed_folder.ts";

/** Files of a run by their names in requests. */
const files: Readonly<Record<string, Place>> = {
  "config.json": ["config.json"],
  "summary.json": ["summary.json"],
  "metrics.csv": ["metrics.csv"],
  "episodes.csv": ["episodes.csv"],
  "best.safetensors": ["checkpoints", "best.safetensors"],
  "last.safetensors": ["checkpoints", "last.safetensors"],
  "episode.gif": ["episode.gif"],
};

/** Pictures, as `deno task plot` names them. */
const picture = /^pictures\/([a-z0-9][a-z0-9-]{0,60}\.(?:svg|png))$/;

/** Where a file of a run lies, from the run's folder; undefined for a name that none has. */
export function placeOf(name: string): Place | undefined {
  if (Object.hasOwn(files, name)) return files[name];
  const [, file] = picture.exec(name) ?? [];
  return file === undefined ? undefined : ["pictures", file];
}

/** Names of the files that a run has. */
export async function filesOf(folder: ClosedFolder, run: Place): Promise<string[]> {
  const [own, checkpoints, pictures] = await Promise.all(
    [[], ["checkpoints"], ["pictures"]].map((inner) => folder.list([...run, ...inner])),
  );
  const there = new Set([
    ...own!.map(({ name }) => name),
    ...checkpoints!.map(({ name }) => `checkpoints/${name}`),
  ]);
  return [
    ...Object.keys(files).filter((name) => there.has(files[name]!.join("/"))),
    ...pictures!.map(({ name }) => `pictures/${name}`).filter((name) => placeOf(name) !== undefined),
  ];
}
