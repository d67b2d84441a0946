/** Whether an environment goes on from what it has saved, for `check.ts`. @module */
import { StateRows } from "../core/state.ts";
import { compare, Player } from "./check_player.ts";
import { Findings } from "./check_values.ts";
import { type Environment, isSaveable, type Observation } from "./environment.ts";
import { listValue } from "./rows.ts";
import { Wrapper } from "./wrapper.ts";

/** Which episode is saved, and how much is played. */
export interface SavingOptions {
  /** Seed of the episode. */
  readonly seed: number;
  /** Steps of it before it is saved. */
  readonly at: number;
  /** Steps after which playing on is left. */
  readonly steps: number;
}

/**
 * Saves the environment in the middle of an episode, plays on over its end, and sees whether it does the same after
 * having been loaded: once, and once more, since the first time may have written to what was saved.
 */
export function checkSaving(player: Player, findings: Findings, { seed, at, steps }: SavingOptions): void {
  const { env } = player;
  const report = (fault: string) => findings.add("save-load", fault);
  const half = halfSaveable(env);
  if (half !== undefined) return report(half);
  if (!isSaveable(env)) return;
  const before = player.play(seed, at)?.at(-1);
  if (before === undefined) return;
  const length = { seed, limit: steps, episodes: 3 };
  try {
    const state = env.save();
    const stranger = strangerIn(state, "save()");
    if (stranger !== undefined) return report(stranger);
    const first = player.goOn(before, length);
    if (first === undefined) return;
    for (const times of ["once", "twice"]) {
      env.load(state);
      const faults = new Findings();
      const again = new Player(env, faults).goOn(before, length);
      const difference = again === undefined ? faults.list().at(-1)!.message : compare(first, again);
      if (difference === undefined) continue;
      return report(`gone on from step ${at}, then from there once more, loaded ${times}: ${difference}`);
    }
  } catch (error) {
    report(`saving at step ${at} and loading threw ${error}, wanted neither to throw`);
  }
}

/** What is wrong with `env`, or with the one that it is a wrapper of, if that has one of the two methods alone. */
function halfSaveable(env: Environment<Observation>): string | undefined {
  const [save, load] = [typeof env.save, typeof env.load];
  if (save !== load || save !== "undefined" && save !== "function") {
    return `save is ${save} and load is ${load}, wanted two functions or neither`;
  }
  return env instanceof Wrapper ? halfSaveable(env.inner) : undefined;
}

/** The first thing in `value` that is no plain data, with its path. */
function strangerIn(value: unknown, path: string): string | undefined {
  if (value === null || ["boolean", "number", "string"].includes(typeof value)) return undefined;
  if (value instanceof StateRows || arrays.some((Kind) => value instanceof Kind)) return undefined;
  const isList = Array.isArray(value);
  if (!isList && !isPlain(value)) return `${path} is ${listValue(value)}, wanted plain data`;
  for (const [key, entry] of Object.entries(value as object)) {
    if (entry === undefined && !isList) continue;
    const stranger = strangerIn(entry, isList ? `${path}[${key}]` : `${path}.${key}`);
    if (stranger !== undefined) return stranger;
  }
  return undefined;
}

const arrays = [Float32Array, Float64Array, Uint32Array, Int32Array, Uint8Array] as const;

function isPlain(value: unknown): boolean {
  if (typeof value !== "object") return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
