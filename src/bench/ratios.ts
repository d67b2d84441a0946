/** Comparing rounds of ours with rounds of a peer's. @module */

/** What a benchmark prints, ours or a peer's. */
export interface Figures {
  readonly adapter?: string;
  /** Who the peer says it is. */
  readonly framework?: string;
  readonly torch?: string;
  readonly device?: string;
  readonly updateMilliseconds?: Readonly<Record<string, number>>;
  readonly loopStepsPerSecond?: Readonly<Record<string, number>>;
  /** Host milliseconds a step that the updates do not explain. */
  readonly outsideMilliseconds?: Readonly<Record<string, number>>;
}

/** How much faster ours is in one case: above 1, Qernel is faster. */
export interface Ratio {
  readonly peer: string;
  readonly case: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The ratios of each case, round by round: `theirs` may hold several peers a round. */
export function ratios(ours: readonly Figures[], theirs: readonly Figures[]): Ratio[] {
  const perRound = theirs.length / ours.length;
  const found = new Map<string, Ratio & { all: number[] }>();
  for (const [i, figures] of theirs.entries()) {
    const own = ours[Math.floor(i / perRound)]!;
    const peer = [figures.framework ?? (figures.torch ? `PyTorch ${figures.torch}` : "peer"), figures.device]
      .filter(Boolean).join(" ");
    const add = (name: string, ratio: number) => {
      const key = `${peer} ${name}`;
      const all = [...found.get(key)?.all ?? [], ratio].toSorted((a, b) => a - b);
      found.set(key, { peer, case: name, median: median(all), min: all[0]!, max: all.at(-1)!, all });
    };
    for (const [name, ms] of Object.entries(figures.updateMilliseconds ?? {})) {
      const mine = own.updateMilliseconds?.[name];
      if (mine) add(`update ${name}`, ms / mine);
    }
    for (const [name, rate] of Object.entries(figures.loopStepsPerSecond ?? {})) {
      const mine = own.loopStepsPerSecond?.[name];
      if (mine) add(`loop ${name}`, mine / rate);
    }
  }
  return [...found.values()].map(({ all: _, ...ratio }) => ratio);
}

/** A line for people. */
export function describeRatio({ peer, case: name, median, min, max }: Ratio): string {
  return `  ${name.padEnd(27)} ${median.toFixed(2)}x of ${peer} (${min.toFixed(2)} to ${max.toFixed(2)})`;
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
