/** Environments by name. @module */
import { didYouMean, excerpt, UsageError } from "../core/errors.ts";
import { Acrobot } from "./acrobot.ts";
import { CartPole } from "./cartpole.ts";
import { CliffWalking } from "./cliff_walking.ts";
import type { Environment, Observation } from "./environment.ts";
import { FrozenLake } from "./frozen_lake.ts";
import { Gridworld } from "./gridworld.ts";
import { gameNames, MinAtar } from "./minatar/minatar.ts";
import { MountainCar } from "./mountain_car.ts";
import { Rooms } from "./rooms.ts";
import { Taxi } from "./taxi.ts";
import { TimeLimit } from "./time_limit.ts";

/** What `makeEnv` takes beside the id: `maxEpisodeSteps` and the environment's own options. */
export interface EnvironmentOptions {
  /** The time limit in steps in place of the registered one; null for none. */
  readonly maxEpisodeSteps?: number | null;
  /** The environment's own options, by the names in {@linkcode EnvironmentSpec.options}. */
  readonly [name: string]: unknown;
}

/** An environment that `makeEnv` can make. */
export interface EnvironmentSpec {
  /** `Name-vN`. */
  readonly id: string;
  /** Other ids by which it is known, and the options that each stands for; options that are given go before these. Default: none. */
  readonly aliases?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** A new environment without its time limit, from those of `options` that were given. */
  create(options: Readonly<Record<string, unknown>>): Environment<Observation>;
  /** Names of the options that `create` reads. Default: none. */
  readonly options?: readonly string[];
  /** The time limit in steps. Default: none. */
  readonly maxEpisodeSteps?: number;
  /** The mean return at which the task counts as solved. Default: none. */
  readonly rewardThreshold?: number;
}

/** Environments that are not registered one by one: all whose ids begin alike. */
export interface EnvironmentFamily {
  /** What their ids begin with, as in `gymnasium:`. */
  readonly prefix: string;
  /** What follows that, as in "the id of one of the Python package's". */
  readonly rest: string;
  /** A new environment `id`, with its time limit. */
  make(id: string, options: EnvironmentOptions): Environment<Observation>;
}

/** An environment as it is asked for. */
interface Use {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
}

const specs = new Map<string, EnvironmentSpec>();
const aliases = new Map<string, Use>();
const families: EnvironmentFamily[] = [];

/** Makes all ids that begin with `family.prefix` known to `makeEnv`. */
export function registerEnvironmentFamily(family: EnvironmentFamily): void {
  families.push(family);
}

/**
 * Makes `spec.id` and its aliases known to `makeEnv`. Throws UsageError if one is known already or the spec's time limit is
 * no limit.
 */
export function registerEnvironment(spec: EnvironmentSpec): void {
  const { id, maxEpisodeSteps } = spec;
  if (typeof id !== "string" || id === "") {
    throw new UsageError(
      `Cannot register an environment: id is ${JSON.stringify(id)}, wanted a name such as "CartPole-v1"`,
    );
  }
  for (const name of [id, ...Object.keys(spec.aliases ?? {})]) {
    if (!specs.has(name) && !aliases.has(name)) continue;
    throw new UsageError(`Cannot register environment "${name}": the id is taken, wanted a new one`);
  }
  if (maxEpisodeSteps !== undefined) checkTimeLimit(`Cannot register environment "${id}"`, maxEpisodeSteps);
  specs.set(id, spec);
  for (const [alias, options] of Object.entries(spec.aliases ?? {})) aliases.set(alias, { id, options });
}

/** The id and the options that `use` stands for: those of an alias are added. */
export function withoutAlias<U extends Use>(use: U): U {
  const meant = aliases.get(use.id);
  return meant === undefined ? use : { ...use, id: meant.id, options: { ...meant.options, ...use.options } };
}

/** Ids of the registered environments, in alphabetical order, without their aliases. */
export function environmentIds(): string[] {
  return [...specs.keys()].sort();
}

/** Whether `makeEnv` knows an id: a registered one, an alias, or one of a family. */
export function isKnownId(id: string): boolean {
  return specs.has(aliases.get(id)?.id ?? id) || families.some(({ prefix }) => id.startsWith(prefix));
}

/** The registration of `id` or of what it is an alias of. Throws UsageError, naming the nearest known id, if there is none. */
export function environmentSpec(id: string): EnvironmentSpec {
  const spec = specs.get(aliases.get(id)?.id ?? id);
  if (spec !== undefined) return spec;
  const known = environmentIds();
  // The newest version first, since that is the one to hint at among equals.
  const hint = didYouMean(id, known.toReversed());
  const others = families.map(({ prefix, rest }) => `, or ${prefix} and ${rest}`).join("");
  throw new UsageError(
    `Cannot make environment: id is "${excerpt(id)}", wanted one of ${known.join(", ")}${others}${hint}`,
  );
}

/**
 * A new environment `id` with its time limit, a registered one or, by `gymnasium:LunarLander-v3` say, one of the Python
 * package: see `Gymnasium`.
 *
 * The type parameter names the kind of its observations, Float32Array by default; it is the caller's word for
 * what the registration makes, and is not checked here.
 *
 * @throws {UsageError} for an unknown id, an unknown option, or a time limit that is no positive integer.
 */
export function makeEnv<O extends Observation = Float32Array>(
  id: string,
  options: EnvironmentOptions = {},
): Environment<O> {
  const family = families.find(({ prefix }) => id.startsWith(prefix));
  if (family) return family.make(id, options) as Environment<Observation> as Environment<O>;
  const spec = environmentSpec(id);
  const { options: { maxEpisodeSteps = spec.maxEpisodeSteps ?? null, ...own } } = withoutAlias({
    id,
    options,
  });
  const known = ["maxEpisodeSteps", ...spec.options ?? []];
  for (const name of Object.keys(own)) {
    if (known.includes(name)) continue;
    const hint = didYouMean(name, known);
    throw new UsageError(
      `Cannot make environment "${id}": option is "${excerpt(name)}", wanted one of ${
        known.join(", ")
      }${hint}`,
    );
  }
  if (maxEpisodeSteps !== null) checkTimeLimit(`Cannot make environment "${id}"`, maxEpisodeSteps);
  const env = spec.create(own) as Environment<O>;
  return maxEpisodeSteps === null ? env : new TimeLimit(env, maxEpisodeSteps);
}

/** Fails, with what it keeps from being done, unless a time limit is a positive integer. @throws {UsageError} */
export function checkTimeLimit(action: string, steps: number): void {
  if (Number.isSafeInteger(steps) && steps > 0) return;
  throw new UsageError(`${action}: maxEpisodeSteps is ${steps}, wanted a positive integer`);
}

registerEnvironment({
  id: "CartPole-v0",
  create: () => new CartPole(),
  maxEpisodeSteps: 200,
  rewardThreshold: 195,
});
registerEnvironment({
  id: "CartPole-v1",
  create: () => new CartPole(),
  maxEpisodeSteps: 500,
  rewardThreshold: 475,
});
registerEnvironment({
  id: "MountainCar-v0",
  create: () => new MountainCar(),
  maxEpisodeSteps: 200,
  rewardThreshold: -110,
});
registerEnvironment({
  id: "Acrobot-v1",
  create: () => new Acrobot(),
  maxEpisodeSteps: 500,
  rewardThreshold: -100,
});
registerEnvironment({
  id: "FrozenLake-v1",
  create: (options) => new FrozenLake(options),
  options: ["map", "slippery"],
  maxEpisodeSteps: 100,
  rewardThreshold: 0.70,
});
registerEnvironment({
  id: "FrozenLake8x8-v1",
  create: (options) => new FrozenLake({ map: "8x8", ...options }),
  options: ["slippery"],
  maxEpisodeSteps: 200,
  rewardThreshold: 0.85,
});
registerEnvironment({ id: "CliffWalking-v1", create: () => new CliffWalking() });
registerEnvironment({
  id: "Taxi-v4",
  create: () => new Taxi(),
  maxEpisodeSteps: 200,
  rewardThreshold: 8,
});
registerEnvironment({
  id: "Rooms-v0",
  create: (options) => new Rooms(options),
  options: ["reward"],
  maxEpisodeSteps: 100,
});
registerEnvironment({
  id: "Gridworld-v0",
  create: (options) => new Gridworld(options),
  options: ["mode", "noise"],
  maxEpisodeSteps: 50,
});
for (const game of gameNames) {
  registerEnvironment({
    id: `MinAtar/${game}`,
    aliases: {
      [`MinAtar/${game}-v0`]: { minimalActions: false },
      [`MinAtar/${game}-v1`]: { minimalActions: true },
    },
    create: (options) => new MinAtar(game, options),
    options: ["stickyActions", "ramping", "minimalActions"],
  });
}
