/** The running moments of a member as named arrays: what checkpoints hold of them. @module */
import { TrainingError, UsageError } from "../core/errors.ts";
import { padded } from "../ops/layout.ts";
import {
  encodeMoments,
  momentsFields,
  type MomentsOfNumber,
  momentsWords,
  unseenWords,
} from "../ops/moments.ts";
import type { Normalization } from "../ops/seen.ts";
import type { AgentState } from "./agent.ts";
import { entryOf } from "./agent_state.ts";

/** Whose moments they are. */
export interface MomentsOwner {
  /** What is normalized. */
  readonly normalization: Normalization;
  /** Numbers of an observation. */
  readonly width: number;
}

/** The families of names, as in `observations.mean`: of what, and where among the numbers. */
export function momentsFamilies(
  { normalization, width }: MomentsOwner,
): { readonly name: keyof Normalization; readonly first: number; readonly count: number }[] {
  const all = [
    { name: "observations", first: 0, count: width },
    { name: "rewards", first: padded(width), count: 1 },
  ] as const;
  return all.filter(({ name }) => normalization[name] !== undefined);
}

/** `meanRest` as `mean_rest`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * The moments in `words` `[padded(width) + 1, momentsWords]` under names such as `observations.mean` `[width]`.
 *
 * @throws {TrainingError} When one is not finite.
 */
export function momentsState(owner: MomentsOwner, words: Uint32Array<ArrayBuffer>): AgentState {
  const floats = new Float32Array(words.slice().buffer);
  return Object.fromEntries(
    momentsFamilies(owner).flatMap(({ name, first, count }) =>
      momentsFields.map(([field, type], word) => {
        const places = Array.from({ length: count }, (_, i) => (first + i) * momentsWords + word);
        const data = type === "u32"
          ? Uint32Array.from(places, (place) => words[place]!)
          : Float32Array.from(places, (place) => floats[place]!);
        const key = `${name}.${snakeCase(field)}`;
        if (!data.every(Number.isFinite)) {
          throw new TrainingError(
            `Cannot save ${key}: a number is not finite. The last checkpoint is kept.`,
          );
        }
        return [key, { shape: [count], data }];
      })
    ),
  );
}

/** The inverse of {@linkcode momentsState}. @throws {UsageError} When the state has none, or none that can be. */
export function momentsIn(state: AgentState, owner: MomentsOwner): Uint32Array<ArrayBuffer> {
  const words = unseenWords(owner.normalization, padded(owner.width) + 1);
  for (const { name, first, count } of momentsFamilies(owner)) {
    const of = `an agent that normalizes ${name}`;
    const entries = momentsFields.map(([field]) =>
      [field, entryOf(state, `${name}.${snakeCase(field)}`, { shape: [count], of })] as const
    );
    for (let i = 0; i < count; i++) {
      const own = Object.fromEntries(entries.map(([field, data]) => [field, data[i]!]));
      words.set(encodeMoments(checked(name, own as unknown as MomentsOfNumber)), (first + i) * momentsWords);
    }
  }
  return words;
}

function checked(name: string, moments: MomentsOfNumber): MomentsOfNumber {
  for (const key of ["squares", "scale"] as const) {
    if (moments[key] > 0) continue;
    throw new UsageError(`Cannot load ${name}.${key}: it holds ${moments[key]}, wanted numbers above 0`);
  }
  return moments;
}
