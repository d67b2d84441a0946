/** Comparing rounds of ours with rounds of peers'. @module */
import { quantile } from "../report/statistics.ts";
import { type FigureKey, figureKeys, figureKinds, type Figures } from "./figures.ts";

/** What was measured in one round: ours, then each object that the peers printed. */
export interface Round {
  readonly ours: Figures;
  readonly theirs: readonly Figures[];
}

/** How much better ours is in one case: above 1, Qernel is faster. */
export interface Ratio {
  readonly peer: string;
  /** As in `loop tutorial`. */
  readonly case: string;
  /** Over the rounds. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The ratios of every case that ours and a peer have in common, each pair from the same round. */
export function ratios(rounds: readonly Round[]): Ratio[] {
  const found = new Map<string, { peer: string; case: string; all: number[] }>();
  for (const { ours, theirs } of rounds) {
    for (const figures of theirs) {
      const peer = nameOf(figures);
      for (const [name, ratio] of pairs(ours, figures)) {
        const key = `${peer} ${name}`;
        if (!found.has(key)) found.set(key, { peer, case: name, all: [] });
        found.get(key)!.all.push(ratio);
      }
    }
  }
  return [...found.values()].map(({ all, ...rest }) => ({
    ...rest,
    median: quantile(all, 0.5),
    min: Math.min(...all),
    max: Math.max(...all),
  }));
}

/** The peer as it calls itself. */
function nameOf({ framework, torch, device }: Figures): string {
  return [framework ?? (torch ? `PyTorch ${torch}` : "the peer"), device].filter(Boolean).join(" on ");
}

function* pairs(ours: Figures, theirs: Figures): Generator<[name: string, ratio: number]> {
  for (const key of figureKeys) {
    for (const [name, mine] of Object.entries(ours[key] ?? {})) {
      const other = theirs[key]?.[name];
      if (other === undefined || !(mine > 0) || !(other > 0)) continue;
      yield [`${figureKinds[key].noun} ${name}`, better(key, mine, other)];
    }
  }
}

function better(key: FigureKey, mine: number, other: number): number {
  return figureKinds[key].better === "more" ? mine / other : other / mine;
}
