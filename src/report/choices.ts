/** The best actions over states in rows and columns. @module */
import type { Observation, StateGrid } from "../envs/environment.ts";

/** The best legal action of a cell and its value. */
export interface Choice {
  /** Index of the action, the lowest of equals. */
  readonly action: number;
  /** Its Q value: the greatest over the legal actions. */
  readonly value: number;
}

/**
 * The best legal action of each cell.
 *
 * @param q [rows x columns], each [actions]; undefined where no action is taken.
 * @param initial What every Q value of a table was at the start: a cell whose values all are is `unlearned`. Absent for a network.
 * @throws {RangeError} When `q` does not fit the grid.
 */
export function choices<O extends Observation>(
  grid: Omit<StateGrid<O>, "observations">,
  q: readonly (ArrayLike<number> | undefined)[],
  initial?: number,
): (Choice | "unlearned" | undefined)[] {
  const cells = grid.rows.count * grid.columns.count;
  if (q.length !== cells) {
    throw new RangeError(`Cannot draw a state grid: ${q.length} cells of Q values, wanted ${cells}`);
  }
  const first = initial === undefined ? undefined : Math.fround(initial);
  return q.map((values, cell) => {
    if (values === undefined) return undefined;
    if (values.length !== grid.actions.length) {
      throw new RangeError(
        `Cannot draw a state grid: cell ${cell} has ${values.length} Q values, wanted ${grid.actions.length}`,
      );
    }
    if (Array.prototype.every.call(values, (value) => value === first)) return "unlearned";
    const mask = grid.actionMasks?.[cell];
    let best: Choice | undefined;
    for (let action = 0; action < values.length; action++) {
      const isBetter = best === undefined || values[action]! > best.value;
      if (mask?.[action] !== 0 && isBetter) best = { action, value: values[action]! };
    }
    return best;
  });
}

/** Whether an action was learned there. */
export function isChoice(choice: Choice | "unlearned" | undefined): choice is Choice {
  return choice !== undefined && choice !== "unlearned";
}

/** Degrees clockwise from up. */
const directions: Readonly<Record<string, number>> = {
  up: 0,
  north: 0,
  right: 90,
  east: 90,
  down: 180,
  south: 180,
  left: 270,
  west: 270,
};

/** Where an action of this name goes on a board, in degrees clockwise from up; undefined for any other. */
export function directionOf(action: string): number | undefined {
  return directions[action.toLowerCase()];
}
