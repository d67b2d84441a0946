/** Greedy evaluation on the device. @module */
import type { Agent } from "../agents/agent.ts";
import { DivergenceError } from "../core/errors.ts";
import type { Evaluation } from "../core/events.ts";
import { deriveSeed, Stream } from "../core/random.ts";
import { eventLoopTurn } from "../core/event_loop.ts";
import type { ActingNetwork } from "../device_envs/acting.ts";
import type { DeviceEnvironment } from "../device_envs/device_environment.ts";
import { type EpisodeStart, playEpisodes } from "../device_envs/greedy_episodes.ts";
import type { DeviceEpisode } from "../device_envs/slots.ts";
import type { Gpu } from "../gpu/device.ts";
import { type Evaluator, longestEpisode, summarize } from "./evaluate.ts";

/** What a {@linkcode DeviceEvaluator} plays with. */
export interface DeviceEvaluatorOptions {
  /** Where episodes are played. */
  readonly environment: DeviceEnvironment;
  /** The members' online networks, and the moments through which they see. */
  readonly network: ActingNetwork;
}

interface Request {
  readonly starts: readonly EpisodeStart[];
  readonly noise: boolean;
  readonly signal: AbortSignal | undefined;
  readonly answer: PromiseWithResolvers<readonly DeviceEpisode[]>;
}

/** Plays greedy episodes of the members of a population; what several of them ask for at once is played together. */
export class DeviceEvaluator {
  readonly #gpu: Gpu;
  readonly #options: DeviceEvaluatorOptions & {
    readonly environment: DeviceEnvironment & { readonly maxEpisodeSteps: number };
  };
  readonly #members: number;
  #waiting: Request[] = [];

  /** Allocates nothing until it is asked. */
  constructor(gpu: Gpu, { environment, network }: DeviceEvaluatorOptions) {
    const { maxEpisodeSteps } = environment;
    this.#gpu = gpu;
    this.#options = {
      network,
      environment: { ...environment, maxEpisodeSteps: maxEpisodeSteps ?? longestEpisode },
    };
    this.#members = network.parameters.shape[0]!;
  }

  /**
   * What evaluates one member: episode i starts from a seed derived from the given one and i. It throws DivergenceError when
   * the environment gives a number that is not finite.
   */
  of(member: number): Evaluator {
    const { observations, wonFrom } = this.#options.environment.spec;
    const wins = wonFrom !== undefined;
    return async (_agent: Agent, { episodes, seed, noise = false, signal }) => {
      const starts = Array.from({ length: episodes }, (_, i) => ({
        seed: deriveSeed(seed, Stream.evaluation, i),
        member,
      }));
      const played = await this.#ask({ starts, noise, signal });
      assertFinite(played, observations);
      return summary(played, wins);
    };
  }

  async #ask(asked: Omit<Request, "answer">): Promise<readonly DeviceEpisode[]> {
    const answer = Promise.withResolvers<readonly DeviceEpisode[]>();
    this.#waiting.push({ ...asked, answer });
    if (this.#waiting.length === 1) this.#playAll();
    return await answer.promise;
  }

  /** Plays for all who wait, once all who ask in this turn of the event loop have asked. */
  async #playAll(): Promise<void> {
    if (this.#members > 1) await eventLoopTurn();
    const requests = this.#waiting;
    this.#waiting = [];
    for (const [noise, alike] of Map.groupBy(requests, ({ noise }) => noise)) await this.#play(alike, noise);
  }

  /** Plays for those who want noise, or want none. */
  async #play(requests: readonly Request[], noise: boolean): Promise<void> {
    try {
      const between = async () => {
        await eventLoopTurn();
        for (const { signal, answer } of requests) if (signal?.aborted) answer.reject(signal.reason);
        if (requests.every(({ signal }) => signal?.aborted)) throw requests[0]!.signal!.reason;
      };
      const starts = requests.flatMap((request) => request.starts);
      const played = await playEpisodes(this.#gpu, starts, { ...this.#options, noise, between });
      let first = 0;
      for (const { starts: { length }, answer } of requests) {
        answer.resolve(played.slice(first, first += length));
      }
    } catch (error) {
      for (const { answer } of requests) answer.reject(error);
    }
  }
}

function summary(played: readonly DeviceEpisode[], canWin: boolean): Evaluation {
  return summarize(
    played.map((episode) => episode.return),
    played.map(({ length }) => length),
    canWin ? played.map(({ won }) => won) : [],
  );
}

/** @throws {DivergenceError} For the first reward, entry of `observations` or return that is not finite, or if nothing was legal. */
function assertFinite(played: readonly DeviceEpisode[], observations: number): void {
  for (const [i, { return: total, fault }] of played.entries()) {
    if (Number.isFinite(total)) continue;
    if (!fault) {
      throw new DivergenceError(`Cannot use the return of episode ${i}: it is beyond what float32 holds`);
    }
    const { step, entry, value } = fault;
    const place = step === 0 ? `episode ${i}, at its reset` : `episode ${i}, step ${step}`;
    if (entry > observations) {
      throw new DivergenceError(`Cannot choose an action in ${place}: none is legal, wanted one`);
    }
    const what = entry === observations ? "reward" : `observation ${entry}`;
    throw new DivergenceError(`Cannot use the ${what} of ${place}: it is ${value}, wanted a finite float32`);
  }
}
