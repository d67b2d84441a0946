/** How agents side by side do. @module */
import type { EvaluationNews, ProgressNews } from "../../trainer/protocol.ts";
import { History, type Row } from "../history.ts";

/** Rows of each curve at most. */
const mostRows = 200;

/** One of the agents. */
export interface MemberCurve {
  /** What sets it apart. */
  readonly name: string;
  /** Mean return of its latest 100 episodes, by step. */
  readonly returns: History;
  /** Mean returns of its evaluations, by step. */
  readonly evaluations: History;
  /** The latest of both; undefined before there is one. */
  latest: { return?: number; evaluation?: number; step: number };
  /** Why it has ended, if it has. */
  end?: { readonly reason: string; readonly failed: boolean };
}

/** The curves of agents side by side, all on the same axes. */
export class TeamCurves {
  /** The agents, in their order. */
  readonly members: readonly MemberCurve[];

  /** Agents that have done nothing. */
  constructor(names: readonly string[]) {
    this.members = names.map((name) => ({
      name,
      returns: new History(mostRows),
      evaluations: new History(mostRows),
      latest: { step: 0 },
    }));
  }

  /** Takes in how far one has come. */
  progress({ member, progress, point }: Pick<ProgressNews, "member" | "progress" | "point">): void {
    const { returns, latest } = this.members[member]!;
    latest.step = progress.step;
    if (point?.return100 === undefined) return;
    latest.return = point.return100;
    returns.add({ step: point.step, value: point.return100 });
  }

  /** Takes in how one was rated. */
  evaluation({ member, step, evaluation }: EvaluationNews): void {
    const { evaluations, latest } = this.members[member]!;
    latest.evaluation = evaluation.mean;
    evaluations.add({ step, value: evaluation.mean });
  }

  /**
   * The place of the best: by the latest evaluation where each has been evaluated, else by the return of its episodes; the first of
   * equals. Undefined before there is anything to go by.
   */
  get best(): number | undefined {
    const isRated = this.members.every(({ latest }) => latest.evaluation !== undefined);
    const scores = this.members.map(({ latest, end }) => {
      if (end?.failed) return -Infinity;
      return (isRated ? latest.evaluation : latest.return) ?? -Infinity;
    });
    const most = Math.max(...scores);
    return most > -Infinity ? scores.indexOf(most) : undefined;
  }

  /** The ranges of steps and of values that hold all curves; undefined before there is a value. */
  get ranges():
    | { readonly steps: readonly [number, number]; readonly values: readonly [number, number] }
    | undefined {
    const rows = this.members.flatMap(({ returns, evaluations }) => [...returns.rows, ...evaluations.rows]);
    if (rows.length === 0) return undefined;
    const values = rows.map(valueOf);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const steps = Math.max(...rows.map(({ step }) => step));
    return { steps: [0, steps], values: most > least ? [least, most] : [least - 1, most + 1] };
  }

  /** Mean and extremes of the latest returns, of those that have one. */
  get summary(): {
    readonly count: number;
    readonly mean: number;
    readonly least: number;
    readonly most: number;
  } | undefined {
    const returns = this.members.flatMap(({ latest }) => latest.return ?? []);
    if (returns.length === 0) return undefined;
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    return { count: returns.length, mean, least: Math.min(...returns), most: Math.max(...returns) };
  }
}

/** What names have in common, and each without it: `seed` and `1`, `2`. */
export function splitNames(
  names: readonly string[],
): { readonly common: string; readonly own: readonly string[] } {
  const [first = ""] = names;
  const common = first.slice(0, first.indexOf(" ") + 1);
  if (!names.every((name) => name.startsWith(common))) return { common: "", own: names };
  return { common: common.trim(), own: names.map((name) => name.slice(common.length)) };
}

/** The value of a row of a curve. */
export function valueOf(row: Row): number {
  return row["value"] ?? NaN;
}
