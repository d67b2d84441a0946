/** The configurations of an experiment: every combination of values, or some drawn at random. @module */
import { UsageError } from "../core/errors.ts";
import { Random, Stream } from "../core/random.ts";
import type { ExperimentFile, Range, Values } from "./experiment_schema.ts";
import { shortName, showValue } from "./values.ts";

/** One configuration, by what sets it apart. */
export interface Setting {
  /** As in `capacity 1000, batch 32`. */
  readonly name: string;
  /** Values by the path of their key. */
  readonly values: Values;
}

/** What of an experiment makes its configurations. */
export type Search = Pick<ExperimentFile, "vary" | "search" | "samples" | "configurations">;

/**
 * The configurations in their order: as listed; or with the last key of `vary` changing fastest; or as drawn, which is the
 * same every time and never the same configuration twice.
 *
 * @param known Paths of the keys of a config, for names that are short and yet clear.
 * @throws {UsageError} When a random search asks for more configurations than there are.
 */
export function expand(search: Search, known: readonly string[]): Setting[] {
  if (search.configurations) return search.configurations.map(({ name, set }) => ({ name, values: set }));
  const vary = search.vary ?? {};
  const points = search.search === "grid" ? grid(vary) : draw(vary, search.samples ?? 1);
  const labels = new Map(Object.keys(vary).map((key) => [key, shortName(key, known)]));
  return points.map((values) => {
    const parts = Object.entries(values).map(([key, value]) => `${labels.get(key)} ${showValue(value)}`);
    return { name: parts.join(", "), values };
  });
}

/** How many configurations {@linkcode expand} makes. */
export function countSettings({ configurations, vary = {}, samples }: Search): number {
  if (configurations) return configurations.length;
  const choices = Object.values(vary).map((each) => isList(each) ? each.length : 1);
  return samples ?? choices.reduce((product, count) => product * count, 1);
}

type Vary = NonNullable<ExperimentFile["vary"]>;

function grid(vary: Vary): Values[] {
  return Object.entries(vary).reduce<Values[]>(
    (points, [key, choices]) =>
      points.flatMap((point) => (choices as readonly unknown[]).map((value) => ({ ...point, [key]: value }))),
    [{}],
  );
}

/** Draws in a row that may repeat earlier ones, before there seem to be no others. */
const patience = 1000;

function draw(vary: Vary, samples: number): Values[] {
  const random = new Random(0, Stream.host);
  const found = new Map<string, Values>();
  for (let repeated = 0; found.size < samples && repeated < patience;) {
    const values = Object.fromEntries(
      Object.entries(vary).map(([key, choices]) => [key, drawValue(choices, random)]),
    );
    const id = JSON.stringify(values);
    repeated = found.has(id) ? repeated + 1 : 0;
    found.set(id, values);
  }
  if (found.size === samples) return [...found.values()];
  throw new UsageError(
    `Cannot draw configurations: samples is ${samples}, wanted at most ${found.size}, as many as there are`,
  );
}

function drawValue(choices: readonly unknown[] | Range, random: Random): unknown {
  if (isList(choices)) return choices[random.below(choices.length)];
  const { low, high, scale, integer } = choices;
  // Whole numbers are cut off, so that each stands for the interval from it to the next.
  const [from, to] = scale === "log"
    ? [Math.log(low), Math.log(integer ? high + 1 : high)]
    : [low, high + +integer];
  const drawn = random.uniform(from, to);
  const value = scale === "log" ? Math.exp(drawn) : drawn;
  const round = integer ? Math.floor(value) : Number(value.toPrecision(4)); // As a person would write it.
  return Math.min(high, Math.max(low, round));
}

function isList(choices: readonly unknown[] | Range): choices is readonly unknown[] {
  return Array.isArray(choices);
}
