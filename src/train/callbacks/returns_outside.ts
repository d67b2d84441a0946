/** A warning of returns that a head cannot express. @module */
import type { ProgressEvent, TrainEvent } from "../../core/events.ts";
import { type State, StateReader } from "../../core/state.ts";
import type { Callback } from "./callback.ts";

/** What {@linkcode WarnReturnsOutside} warns of, and where. */
export interface ReturnsOutsideOptions {
  /** The least and the greatest return that the head expresses. */
  readonly bounds: readonly [least: number, greatest: number];
  /** The keys that set them. */
  readonly keys: readonly [least: string, greatest: string];
  /** Takes the warning. */
  readonly print: (line: string) => void;
}

/** Warns once a run, at the first update that learns from returns outside of what the head expresses. */
export class WarnReturnsOutside implements Callback {
  readonly #options: ReturnsOutsideOptions;
  #hasWarned = false;

  /** Prints nothing yet. */
  constructor(options: ReturnsOutsideOptions) {
    this.#options = options;
  }

  notify(event: TrainEvent): void {
    if (event.kind === "progress" && !this.#hasWarned) this.#look(event);
  }

  save(): State {
    return { hasWarned: this.#hasWarned };
  }

  load(state: State): void {
    this.#hasWarned = new StateReader(state, "WarnReturnsOutside").flag("hasWarned");
  }

  #look({ update, outside }: ProgressEvent): void {
    const first = outside?.counts.findIndex((count) => count > 0) ?? -1;
    if (!outside || first < 0) return;
    const { bounds, keys, print } = this.#options;
    const found = outside.farthest[first]!;
    const side = found < bounds[0] ? 0 : 1;
    this.#hasWarned = true;
    print(
      `update ${update - outside.counts.length + first + 1} learns from a return of ${shown(found)}, ` +
        `outside [${keys.join(", ")}] = [${bounds.join(", ")}], as if it were ${bounds[side]}: ` +
        `wanted a ${side === 0 ? "smaller" : "larger"} ${
          keys[side]
        }. The metric returnsOutside counts such returns`,
    );
  }
}

/** The float32 in no more digits than it is worth. */
function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}
