/** What a vector environment gives back. @module */

/** An episode that has ended. */
export interface Episode {
  /** The environment it was played in. */
  readonly index: number;
  /** The plain sum of its rewards. */
  readonly return: number;
  /** Its steps. */
  readonly length: number;
  /** Whether the task was over. */
  readonly terminated: boolean;
  /** Whether it was cut off, by a time limit say; both may hold. */
  readonly truncated: boolean;
  /** Whether the task was won, where the environment tells. */
  readonly success?: boolean;
}

/** The start of all episodes. Sizes: N environments, W = `width`, A = actions. */
export interface VectorReset {
  /** [N, W] float32, to act on. */
  readonly observations: Float32Array<ArrayBuffer>;
  /** [N, A], 1 where an action is legal in `observations`; absent when the environments give no masks. */
  readonly actionMasks?: Uint8Array<ArrayBuffer>;
}

/** What a restored vector environment shows. */
export interface VectorResume extends VectorReset {
  /** The environments that could not be saved or restored, by index: they show the start of a new episode. */
  readonly restarted: readonly number[];
}

/** One step of all environments. Sizes: N environments, W = `width`, A = actions. */
export interface VectorStep extends VectorReset {
  /** [N, W] float32, to act on next: where an episode ended, the start of the following one. */
  readonly observations: Float32Array<ArrayBuffer>;
  /**
   * [N, W] float32, what the step led to: where an episode ended, its last observation. Belongs in a replay
   * row.
   */
  readonly nextObservations: Float32Array<ArrayBuffer>;
  /** [N] float32. */
  readonly rewards: Float32Array<ArrayBuffer>;
  /** [N], 0 or 1. */
  readonly terminated: Uint8Array<ArrayBuffer>;
  /** [N], 0 or 1; both may be 1. */
  readonly truncated: Uint8Array<ArrayBuffer>;
  /** [N, A], 1 where an action is legal in `nextObservations`; absent when the environments give no masks. */
  readonly nextActionMasks?: Uint8Array<ArrayBuffer>;
  /** The episodes that ended in this step, by index. A list of its own, the caller's to keep. */
  readonly episodes: readonly Episode[];
}

/** What a step is written into. */
export type StepBuffers = { -readonly [key in keyof VectorStep]: VectorStep[key] };

/** For steps that end no episode. */
export const noEpisodes: readonly Episode[] = Object.freeze([]);

/** Extents of a vector environment's arrays. */
export interface VectorShape {
  /** N. */
  readonly count: number;
  /** W. */
  readonly width: number;
  /** A; absent when the environments give no masks. */
  readonly actions?: number;
}

/** The arrays of one step, all 0. */
export function allocateStep({ count, width, actions }: VectorShape): StepBuffers {
  const buffers: StepBuffers = {
    observations: new Float32Array(count * width),
    nextObservations: new Float32Array(count * width),
    rewards: new Float32Array(count),
    terminated: new Uint8Array(count),
    truncated: new Uint8Array(count),
    episodes: noEpisodes,
  };
  if (actions === undefined) return buffers;
  return {
    ...buffers,
    actionMasks: new Uint8Array(count * actions),
    nextActionMasks: new Uint8Array(count * actions),
  };
}
