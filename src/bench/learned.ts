/** Whether what was timed also learned. Timing is elsewhere; here is what is asked of it. @module */

/** What a timed run leaves behind. */
export interface Evidence {
  /** Whether every loss was a finite number. */
  readonly finite: boolean;
  /** Whether a parameter changed. */
  readonly moved: boolean;
  /** Updates made. */
  readonly updates: number;
  /** Mean Q value of the actions taken in the transitions of the last batch. */
  readonly meanQ?: number;
  /** Mean return of the last fifty episodes. */
  readonly lastReturn?: number;
  /** Mean return of greedy episodes on start states that no evaluation had before. */
  readonly greedyReturn?: number;
  /** Mean loss of the last tenth of the updates over that of the first tenth. */
  readonly lossRatio?: number;
}

/** What a case asks of its evidence; what is left out is not asked. */
export interface Demands {
  /** Least and largest mean Q value. */
  readonly meanQ?: readonly [least: number, most: number];
  /** Least mean return of the last fifty episodes. */
  readonly lastReturn?: number;
  /** Least mean return of greedy episodes on new start states. */
  readonly greedyReturn?: number;
  /** Largest ratio of the last losses to the first. */
  readonly lossRatio?: number;
}

/** Mean and standard deviation of the return of random actions on CartPole-v1, from 100,000 episodes. */
export const randomPlay = { mean: 22.3, std: 11.8 } as const;

/** Three standard errors above the mean of fifty episodes of random play. */
const aboveRandom = randomPlay.mean + 3 * randomPlay.std / Math.sqrt(50);

/**
 * At a reward of 1 a step, Q is 1 for whoever looks one step ahead: 2 says that values have been carried from state to
 * state. No policy is worth more than 1 / (1 - gamma) = 100.
 */
const carried = [2, 100] as const;

/** Mean return of 100 greedy episodes at which CartPole-v1 counts as solved. */
export const solvedFrom = 475;

/**
 * Three standard errors below: what is left to chance between two means of 100 greedy episodes whose returns have a
 * standard deviation of 60.
 */
const stillSolved = solvedFrom - 3 * 60 * Math.sqrt(2 / 100);

/**
 * What each case has to show. A bare update fits targets that stand still, so its loss has to fall. After the 2,400
 * steps of `tutorial` and the bursts of `zoo`, policies of some seeds are no better than chance yet, while values are
 * there; `cleanrl` is long enough for returns. On Breakout random play has a reward of 0.05 a step, and larger values have
 * been carried.
 */
export const demands: {
  readonly update: Demands;
  readonly loop: Readonly<Record<string, Demands>>;
  readonly solve: Demands;
} = {
  update: { lossRatio: 0.5 },
  loop: {
    tutorial: { meanQ: carried },
    cleanrl: { meanQ: carried, lastReturn: aboveRandom },
    zoo: { meanQ: carried },
    pqn: { meanQ: carried },
    "minatar-dqn": { meanQ: [0.1, 100] },
    "minatar-pqn": { meanQ: [0.5, 100] },
  },
  solve: { greedyReturn: stillSolved },
};

/** Whatever is wrong with the evidence of a case, in words; nothing when it learned. */
export function problemsOf(evidence: Evidence, wanted: Demands = {}): string[] {
  const { meanQ, lastReturn, greedyReturn, lossRatio } = wanted;
  const problems: string[] = [];
  if (evidence.updates === 0) problems.push("no update was made");
  if (!evidence.finite) problems.push("a loss was not finite");
  if (!evidence.moved) problems.push("no parameter changed");
  if (meanQ && !(evidence.meanQ! >= meanQ[0] && evidence.meanQ! <= meanQ[1])) {
    problems.push(`the mean Q value is ${show(evidence.meanQ)}, wanted ${meanQ[0]} to ${meanQ[1]}`);
  }
  if (lastReturn !== undefined && !(evidence.lastReturn! >= lastReturn)) {
    const least = `wanted ${show(lastReturn)}, above random play's ${randomPlay.mean}`;
    problems.push(`the mean return of the last fifty episodes is ${show(evidence.lastReturn)}, ${least}`);
  }
  if (greedyReturn !== undefined && !(evidence.greedyReturn! >= greedyReturn)) {
    const found = show(evidence.greedyReturn);
    problems.push(`on new start states the mean return is ${found}, wanted ${show(greedyReturn)}`);
  }
  if (lossRatio !== undefined && !(evidence.lossRatio! <= lossRatio)) {
    problems.push(`the loss fell to ${show(evidence.lossRatio)} of what it was, wanted ${lossRatio} or less`);
  }
  return problems;
}

function show(value: number | undefined): string {
  return value === undefined ? "missing" : value.toPrecision(3);
}
