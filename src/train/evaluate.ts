/** Greedy evaluation. @module */
import type { Agent } from "../agents/agent.ts";
import type { Evaluation } from "../core/events.ts";
import { deriveSeed, Stream } from "../core/random.ts";
import { eventLoopTurn } from "../core/event_loop.ts";
import type { Environment, Observation } from "../envs/environment.ts";
import { isTimeLimited, TimeLimit } from "../envs/time_limit.ts";
import { VectorEnvironment } from "../envs/vector.ts";

/**
 * Plays greedy episodes with an agent, on environments of its own: training is not disturbed. Episode i starts from a
 * seed derived from `seed` and i. When `signal` is aborted the promise rejects with its reason.
 */
export type Evaluator = (
  agent: Agent,
  options: {
    readonly episodes: number;
    readonly seed: number;
    /** Whether noisy layers draw noise, `false` by default: by the seed of each episode, and its step. */
    readonly noise?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
  },
) => Promise<Evaluation>;

/** An {@linkcode evaluate} on environments of one kind. */
export function hostEvaluator(
  makeEnvironment: EvaluationOptions["makeEnvironment"],
  options: Pick<EvaluationOptions, "maxSteps" | "parallel"> = {},
): Evaluator {
  return (agent, play) => evaluate(agent, { makeEnvironment, ...options, ...play });
}

/** What is evaluated, and on what. */
export interface EvaluationOptions {
  /** Makes one environment of the kind that the agent knows. */
  readonly makeEnvironment: () => Environment<Observation>;
  /** Episodes to play, at least 1. */
  readonly episodes: number;
  /** Episode i starts from a seed derived from this one and i. */
  readonly seed: number;
  /**
   * Steps after which an episode counts with what it has earned. By default 10,000 in an environment without a time
   * limit, as greedy play may never end there.
   */
  readonly maxSteps?: number;
  /** Environments played at once, 128 at most by default. */
  readonly parallel?: number;
  /** Whether noisy layers draw noise, `false` by default: by the seed of each episode, and its step. */
  readonly noise?: boolean | undefined;
  /** Ends the play when aborted: the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Steps of an episode that nothing else ends. */
export const longestEpisode = 10_000;

/** Milliseconds of play between two turns of the event loop. */
const longestTurn = 200;

/** Plays one greedy episode a seed, many at once, on environments of its own; training is not disturbed. */
export async function evaluate(agent: Agent, options: EvaluationOptions): Promise<Evaluation> {
  const { episodes, makeEnvironment, seed, noise, parallel = 128 } = options;
  const count = Math.min(episodes, parallel);
  const environment = new VectorEnvironment(count, () => limited(makeEnvironment(), options.maxSteps));
  const policy = agent.policy(count, { noise });
  const [returns, lengths, wins]: [number[], number[], (boolean | undefined)[]] = [[], [], []];
  let turn = performance.now();
  try {
    for (let first = 0; first < episodes; first += count) {
      const seeds = Array.from({ length: count }, (_, i) => deriveSeed(seed, Stream.evaluation, first + i));
      let { observations, actionMasks } = environment.resetWithSeeds(seeds);
      const wanted = Math.min(count, episodes - first);
      const done = new Set<number>();
      for (let step = 0; done.size < wanted; step++) {
        if (performance.now() - turn > longestTurn) {
          await eventLoopTurn();
          options.signal?.throwIfAborted();
          turn = performance.now();
        }
        const acted = policy.act(observations, actionMasks, { seeds, step });
        const taken = environment.step(acted instanceof Promise ? await acted : acted);
        ({ observations, actionMasks } = taken);
        for (const episode of taken.episodes) {
          if (done.has(episode.index) || episode.index >= wanted) continue;
          done.add(episode.index);
          returns[first + episode.index] = episode.return;
          lengths[first + episode.index] = episode.length;
          wins[first + episode.index] = episode.success;
        }
      }
    }
  } finally {
    policy.dispose();
    environment.close();
  }
  return summarize(returns, lengths, wins);
}

function limited(env: Environment<Observation>, maxSteps?: number): Environment<Observation> {
  return maxSteps === undefined && isTimeLimited(env) ? env : new TimeLimit(env, maxSteps ?? longestEpisode);
}

/**
 * Statistics of episodes with these returns and lengths.
 *
 * @param wins Whether each was won, undefined where its environment did not tell. `winRate` is the share of those won
 * among all episodes; it is absent when nothing was told of any.
 */
export function summarize(
  returns: readonly number[],
  lengths: readonly number[],
  wins: readonly (boolean | undefined)[] = [],
): Evaluation {
  const episodes = returns.length;
  const [origin = 0] = returns; // Equal returns have exactly their mean, and no spread.
  const offset = returns.reduce((sum, value) => sum + (value - origin), 0) / episodes;
  const mean = origin + offset;
  const variance = returns.reduce((sum, value) => sum + (value - origin - offset) ** 2, 0) / episodes;
  const min = returns.reduce((least, value) => Math.min(least, value), Infinity);
  const max = returns.reduce((greatest, value) => Math.max(greatest, value), -Infinity);
  const evaluation = { episodes, mean, std: Math.sqrt(variance), min, max, returns, lengths };
  if (wins.every((won) => won === undefined)) return evaluation;
  return { ...evaluation, winRate: wins.filter((won) => won).length / episodes };
}
