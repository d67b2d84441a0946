/** Spoilt files through the commands' own functions: each is refused with a message, or taken for what it is. @module */
import { join } from "@std/path";
import { TrainingError, UsageError } from "../../src/core/errors.ts";
import { type Entrance, entrances, victims } from "./hostile.ts";
import { makeCorpus } from "./hostile_corpus.ts";
import { Draws } from "./mutate.ts";
import type { Part } from "./part.ts";

/** How many, and which. */
export interface MutationOptions {
  /** In all; shared out among the entrances by their weights. */
  readonly count: number;
  /** Of the first; the others count on. 0 by default. */
  readonly seed?: number;
  /** Told of each entrance as its turn comes. */
  readonly tell?: (line: string) => void;
}

/** What became of the mutations. */
export interface MutationFigures {
  /** A UsageError or TrainingError with a short message. */
  refused: number;
  /** Did what a sound file does. */
  accepted: number;
  /** Anything else, a line each: another error, a write outside, a changed prototype, minutes of work. */
  readonly others: string[];
}

const untouched = "as it was";

/** Characters of the longest message, and milliseconds of the longest attempt. */
const most = { message: 8000, milliseconds: 20_000 };

/** Tries so many mutations. */
export async function tryMutations(options: MutationOptions): Promise<MutationFigures> {
  const { count, seed = 0, tell = () => {} } = options;
  const total = entrances.reduce((sum, { weight }) => sum + weight, 0);
  const figures: MutationFigures = { refused: 0, accepted: 0, others: [] };
  const root = await Deno.makeTempDir({ prefix: "qernel-hostile-" });
  try {
    const corpus = join(root, "corpus");
    await Deno.mkdir(corpus);
    await makeCorpus(corpus);
    await Deno.mkdir(join(root, "victims", "folder"), { recursive: true });
    await Deno.writeTextFile(join(root, "victims", "file.txt"), untouched);
    await Deno.writeTextFile(join(root, "victims", "empty.txt"), "");
    for (const entrance of entrances) {
      tell(entrance.name);
      const share = Math.ceil(count * entrance.weight / total);
      for (let i = 0; i < share; i++) {
        const outcome = await tryOne(entrance, { root, corpus, seed: seed + i });
        if (outcome === "refused" || outcome === "accepted") figures[outcome]++;
        else figures.others.push(`${entrance.name}, seed ${seed + i}: ${outcome}`);
      }
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
  return figures;
}

/** The mutations as a part of `deno task test:faults`: at least 2,000 that are refused. */
export const mutations: Part = {
  name: "mutations",
  summary:
    "Spoils checkpoints, configs, logs, summaries, experiments, folders and WGSL, and runs the commands on them.",
  async run({ seed, tell }) {
    const { refused, accepted, others } = await tryMutations({ count: 3200, seed: 10_000 * seed, tell });
    return { figures: { refused, accepted, others: others.length }, failures: others };
  },
};

/** What became of one: a line where it is neither refused nor accepted. */
async function tryOne(
  entrance: Entrance,
  { root, corpus, seed }: { readonly root: string; readonly corpus: string; readonly seed: number },
): Promise<string> {
  const folder = join(root, "deep", "deeper", "case");
  await copyFolder(corpus, folder);
  const prototypes = prototypeKeys();
  const start = performance.now();
  try {
    let outcome = "accepted";
    try {
      await entrance.attempt(new Draws(seed), folder);
    } catch (error) {
      const problem = judge(error);
      if (problem !== undefined) return problem;
      outcome = "refused";
    }
    const took = performance.now() - start;
    if (took > most.milliseconds) return `took ${Math.round(took / 1000)} seconds`;
    if (prototypeKeys() !== prototypes) return "changed a prototype";
    const outside = namesIn(root, ["corpus", "deep", "victims"]) ?? namesIn(join(root, "deep"), ["deeper"]) ??
      namesIn(join(root, "deep", "deeper"), ["case"]) ?? touchedIn(join(folder, victims));
    return outside === undefined ? outcome : `wrote ${outside} outside`;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Why an error is none that a command may end with; undefined if it may. */
function judge(error: unknown): string | undefined {
  if (!(error instanceof UsageError || error instanceof TrainingError)) return Deno.inspect(error);
  const { message } = error;
  if (message.length > most.message) return `a message of ${message.length} characters`;
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/.test(message)) return `controls in ${JSON.stringify(message)}`;
  return undefined;
}

function prototypeKeys(): string {
  return [Object, Array, Function, Map, String, Number]
    .map(({ prototype }) => Reflect.ownKeys(prototype).length).join();
}

/** A name that stands in a folder and is not known. */
function namesIn(folder: string, known: readonly string[]): string | undefined {
  return [...Deno.readDirSync(folder)].find(({ name }) => !known.includes(name))?.name;
}

/** What was changed of files that are not the run's. */
function touchedIn(folder: string): string | undefined {
  const text = (name: string) => Deno.readTextFileSync(join(folder, name));
  if (text("file.txt") !== untouched || text("empty.txt") !== "") return "a file";
  return namesIn(folder, ["file.txt", "empty.txt", "folder"]) ?? namesIn(join(folder, "folder"), []);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}
