/** How episodes on the device end, as `shaders/episode.wgsl` tells it. @module */

/** How an episode ended. */
export interface EpisodeEnd {
  /** The task was over. */
  readonly terminated: boolean;
  /** The time limit was reached. */
  readonly truncated: boolean;
  /** It terminated with a reward of a win. */
  readonly won: boolean;
  /** Steps. */
  readonly length: number;
}

/** Whether an `end` in the shader tells of a number that is not finite. */
export function isAtFault(end: number): boolean {
  return (end & 7) === 4;
}

/** How an episode ended, by the number `end` in the shader; undefined where it goes on. */
export function readEnd(end: number): EpisodeEnd | undefined {
  if (end === 0) return undefined;
  const [terminated, truncated, won] = [1, 2, 4].map((bit) => (end & bit) !== 0) as [
    boolean,
    boolean,
    boolean,
  ];
  return { terminated, truncated, won, length: end >>> 3 };
}

/** More steps than an episode has where there is no time limit, and more episodes than a member plays. */
export const unlimited = 0xffffffff;

/** An episode's return, from its sum of rewards in float32 and what rounding took off that. */
export function readReturn(total: number, rest: number): number {
  return Number.isFinite(total) ? total + rest : total;
}

/** Words of a record: `end`, sum of rewards in two parts, see {@linkcode readEnd} and {@linkcode readReturn}. */
export const recordWords = 3;
