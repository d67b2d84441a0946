/**
 * Looks for mistakes in a host environment, in the manner of Gymnasium's and Stable-Baselines3's `check_env`.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import { compare, equal, type Frame, Player } from "./check_player.ts";
import { checkSaving } from "./check_saving.ts";
import { checkFace, Findings, type Problem } from "./check_values.ts";
import type { Environment, Observation } from "./environment.ts";
import { listValue } from "./rows.ts";

export type { Problem } from "./check_values.ts";

/** How far to look. */
export interface CheckOptions {
  /** Seed of the episodes played, an unsigned 32-bit integer; 1 by default. */
  readonly seed?: number;
  /** Steps after which an episode that has not ended is left; 1000 by default. */
  readonly steps?: number;
}

/**
 * Plays a few episodes with random legal actions and lists what is wrong with `env`, the first case of each
 * rule; the empty list means that nothing was found. The environment is left in the middle of an episode.
 *
 * Rules, errors unless noted: `observation-space` and `action-space` are valid and the latter a Discrete;
 * `methods` reset and step exist; they do not throw (`throws`); `reset-result` and `step-result` hold their
 * fields; an `observation` is of the space's kind and length, its numbers finite (`observation-finite`) and
 * in bounds (`observation-bounds`), its array no longer written to once given (`observation-reused`);
 * `reward` is a finite number; `flags` are booleans; `info` is an object whose `action-mask`, if there is
 * one, is 0 or 1 for each action; equal seeds and actions give equal episodes (`determinism`), and a reset
 * leaves nothing of the episode before (`reset-after-end`); a reset without a seed goes on in the random
 * stream (`random-stream`, warning); an action outside the space (`action-range`, warning) and a step after
 * the end (`step-after-end`, warning) are refused; where there is one of `save` and `load` there is the other, and
 * what was saved in the middle of an episode goes on as it did (`save-load`).
 */
export function checkEnvironment(env: Environment<Observation>, options: CheckOptions = {}): Problem[] {
  const { seed = 1, steps = 1000 } = options;
  const findings = new Findings();
  if (!checkFace(env, findings)) return findings.list();
  const player = new Player(env, findings);

  const starts = [player.reset(seed), player.reset(seed)];
  const episodes = [player.play(seed, steps), player.play(seed, steps), player.play(seed, steps)];
  if (!isWhole(starts) || !episodes.every((episode) => episode !== undefined)) return findings.list();
  checkReuse(episodes.flat(), findings);
  const isRepeatable = compareEpisodes(starts, episodes, findings);

  const last = episodes[2]!.at(-1)!;
  if (last.terminated || last.truncated) checkEnd(env, findings);
  checkRandomStream(player, findings);
  checkActionRange(player, findings);
  if (isRepeatable) checkSaving(player, findings, { seed, at: (episodes[2]!.length - 1) >> 1, steps });
  return findings.list();
}

/** Throws UsageError, naming everything that {@linkcode checkEnvironment} finds, if any of it is an error. */
export function assertEnvironment(env: Environment<Observation>, options: CheckOptions = {}): void {
  const problems = checkEnvironment(env, options);
  if (!problems.some(({ level }) => level === "error")) return;
  const lines = problems.map(({ rule, message, level }) => `  ${level} ${rule}: ${message}`);
  throw new UsageError(`Cannot use the environment: problems found, wanted none\n${lines.join("\n")}`);
}

/** What was given must be the caller's: arrays of their own, and not written to later. */
function checkReuse(frames: readonly Frame[], findings: Findings): void {
  const seen = new Set<Observation>();
  for (const { given, observation } of frames) {
    if (typeof given === "number") return;
    const written = !equal(given, observation);
    if (written || seen.has(given)) {
      const fate = written ? `held ${listValue(given)} later` : "was given again";
      const found = `an array given as ${listValue(observation)} ${fate}`;
      findings.add("observation-reused", `${found}, wanted a fresh array each time`);
    }
    seen.add(given);
  }
}

/** Two starts without a step between them, then three episodes, all of one seed and the same actions; whether all agree. */
function compareEpisodes(
  starts: readonly Frame[],
  episodes: readonly Frame[][],
  findings: Findings,
): boolean {
  const [first, second, third] = episodes as [Frame[], Frame[], Frame[]];
  const atStart = compare([starts[0]!], [starts[1]!]);
  const afterFirst = compare(first, second);
  const afterSecond = compare(second, third);
  if (atStart !== undefined) {
    findings.add("determinism", `two resets of equal seed: ${atStart}`);
    return false;
  }
  // What is left of an episode shows where the next one starts, or else in all episodes but the first.
  const startDiffers = compare(first.slice(0, 1), second) !== undefined;
  if (startDiffers || (afterFirst !== undefined && afterSecond === undefined)) {
    findings.add(
      "reset-after-end",
      `two episodes, one after the other, of equal seed and actions: ${afterFirst}`,
    );
  } else if (afterFirst !== undefined || afterSecond !== undefined) {
    findings.add("determinism", `two episodes of equal seed and actions: ${afterFirst ?? afterSecond}`);
  }
  return afterFirst === undefined && afterSecond === undefined;
}

/** After the end of an episode, a step is refused. */
function checkEnd(env: Environment<Observation>, findings: Findings): void {
  if (!accepts(() => env.step(0))) return;
  const message = "step(0) was accepted after the end of an episode, wanted an Error";
  findings.add("step-after-end", message, "warning");
}

/** Where seeds make a difference to the start of an episode, resets without a seed must make one too. */
function checkRandomStream(player: Player, findings: Findings): void {
  const differ = (frames: readonly Frame[]) =>
    frames.some((frame) => !equal(frame.observation, frames[0]!.observation));
  const seeded = [11, 12, 13, 14, 15, 16, 17, 18].map((seed) => player.reset(seed));
  const unseeded = seeded.map(() => player.reset());
  if (!isWhole(seeded) || !isWhole(unseeded) || !differ(seeded) || differ(unseeded)) return;
  const found = `8 resets without a seed all gave ${listValue(unseeded[0]!.observation)}`;
  findings.add("random-stream", `${found}, wanted the random stream to go on`, "warning");
}

/** Actions outside the space are refused. */
function checkActionRange(player: Player, findings: Findings): void {
  const { n } = player.env.actionSpace;
  for (const action of [n, -1]) {
    if (player.reset() === undefined) return;
    if (!accepts(() => player.env.step(action))) continue;
    const wanted = `wanted a RangeError: actions are 0 to ${n - 1}`;
    findings.add("action-range", `step(${action}) was accepted, ${wanted}`, "warning");
  }
}

function accepts(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch {
    return false;
  }
}

function isWhole(frames: readonly (Frame | undefined)[]): frames is readonly Frame[] {
  return frames.every((frame) => frame !== undefined);
}
