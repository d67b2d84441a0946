import { assert, assertEquals } from "@std/assert";
import {
  decide,
  expectedTrainings,
  nextTrials,
  rungsOf,
  type Standing,
  trialValue,
} from "../../src/config/halving.ts";
import { Random, Stream } from "../../src/core/random.ts";

Deno.test("rungsOf() goes from the grace by the reduction to the budget", () => {
  assertEquals(rungsOf({ grace: 100, reduction: 3 }, 2700), [100, 300, 900, 2700]);
  assertEquals(rungsOf({ grace: 100, reduction: 3 }, 2701), [100, 300, 900, 2700, 2701]);
  assertEquals(rungsOf({ grace: 999, reduction: 2 }, 1000), [999, 1000]);
});

/** Trains whatever is next until nothing is; the values that trials come to are given by rung. */
function search(
  values: readonly Standing[],
  { reduction, together }: { readonly reduction: number; readonly together?: number },
) {
  const rungs = values[0]!.length;
  const standings: number[][] = values.map(() => []);
  const told: [rung: number, trials: readonly number[]][] = [];
  for (;;) {
    const next = nextTrials(standings, { reduction, rungs, ...together ? { together } : {} });
    if (!next) return { standings, told };
    told.push([next.rung, next.trials]);
    for (const trial of next.trials) {
      assertEquals(standings[trial]!.length, next.rung); // Nobody leaves a rung out, nor goes there twice.
      standings[trial]!.push(values[trial]![next.rung]!);
    }
  }
}

Deno.test("nextTrials() of all trials together is synchronous halving, worked by hand", () => {
  const values = [[1, 9, 9], [5, 1, 1], [3, 4, 7], [5, 2, 0], [2, 3, 8], [4, 3, 5], [0, 0, 0]];
  assertEquals(search(values, { reduction: 2 }).told, [
    [0, [0, 1, 2, 3, 4, 5, 6]],
    [1, [1, 3, 5]], // 5, 5 and 4 of 7
    [2, [5]], // 3 of 1, 2 and 3
  ]);
});

Deno.test("nextTrials() lets the first of equals go on, nobody that failed, and the best where there are few", () => {
  assertEquals(search([[1, 0], [1, 0], [1, 0]], { reduction: 3 }).told, [[0, [0, 1, 2]], [1, [0]]]);
  assertEquals(search([[1, 0], [2, 0]], { reduction: 3 }).told, [[0, [0, 1]], [1, [1]]]);
  assertEquals(search([[-Infinity, 0], [-Infinity, 0]], { reduction: 2 }).told, [[0, [0, 1]]]);
  const half = [[-Infinity, 0], [-Infinity, 0], [0, 0], [-Infinity, 0]];
  assertEquals(search(half, { reduction: 2 }).told, [[0, [0, 1, 2, 3]], [1, [2]]]);
});

Deno.test("nextTrials() of trials that begin one by one is asynchronous halving, worked by hand", () => {
  assertEquals(search([[1, 1], [2, 2], [3, 3], [0, 0]], { reduction: 2, together: 1 }).told, [
    [0, [0]],
    [0, [1]],
    [1, [1]], // The better one of two.
    [0, [2]],
    [1, [2]], // The best one of three: in the end the best two of four are there.
    [0, [3]],
  ]);
});

Deno.test("nextTrials() comes to what brute force does, and leaves nobody behind who is among the best", () => {
  const random = new Random(1, Stream.host);
  for (let turn = 0; turn < 200; turn++) {
    const [trials, rungs, reduction] = [1 + random.below(40), 1 + random.below(4), 2 + random.below(3)];
    const values = Array.from(
      { length: trials },
      () => Array.from({ length: rungs }, () => random.below(20)),
    );
    const together = search(values, { reduction });
    let left = [...values.keys()];
    const counts = new Array<number>(trials).fill(0);
    for (let rung = 0; rung < rungs; rung++) {
      for (const trial of left) counts[trial]!++;
      const order = left.toSorted((a, b) => values[b]![rung]! - values[a]![rung]! || a - b);
      left = order.slice(0, Math.max(1, Math.floor(order.length / reduction)));
    }
    assertEquals(together.standings.map(({ length }) => length), counts);
    assertEquals(counts.reduce((sum, count) => sum + count), expectedTrainings(trials, { reduction, rungs }));

    const { standings } = search(values, { reduction, together: 1 + random.below(5) });
    assert(standings.some(({ length }) => length === rungs));
    for (let rung = 0; rung < rungs - 1; rung++) {
      const reached = [...values.keys()].filter((trial) => standings[trial]!.length > rung)
        .toSorted((a, b) => values[b]![rung]! - values[a]![rung]! || a - b);
      const best = reached.slice(0, Math.floor(reached.length / reduction));
      assert(best.every((trial) => standings[trial]!.length > rung + 1));
    }
  }
});

Deno.test("trialValue() is the mean over runs, the greater the better, and -Infinity where one failed", () => {
  const [reward, loss] = [{ metric: "evaluationMean" }, { metric: "loss" }];
  assertEquals([trialValue([1, 2, 6], reward), trialValue([1, 2, 6], loss)], [3, -3]);
  assertEquals([trialValue([1, undefined], reward), trialValue([-Infinity, undefined], loss)], [
    undefined,
    undefined,
  ]);
  assertEquals([trialValue([1, -Infinity], reward), trialValue([-Infinity, 1], loss)], [
    -Infinity,
    -Infinity,
  ]);
});

Deno.test("decide() comes to the same whoever is there first, and has nobody go on before all are there", () => {
  const random = new Random(2, Stream.host);
  for (let turn = 0; turn < 100; turn++) {
    const [trials, rungs, reduction] = [1 + random.below(20), 1 + random.below(4), 2 + random.below(3)];
    const values = Array.from({ length: trials }, () => Array.from({ length: rungs }, () => random.below(9)));
    const wanted = search(values, { reduction }).standings;
    const known = new Set<string>();
    for (;;) {
      const valueOf = (trial: number, rung: number) =>
        known.has(`${trial} ${rung}`) ? values[trial]![rung] : undefined;
      const { standings, next } = decide(trials, { reduction, rungs }, valueOf);
      if (!next) {
        assertEquals(standings, wanted);
        break;
      }
      const { rung } = next;
      assertEquals(next.trials, [...values.keys()].filter((trial) => wanted[trial]!.length > rung));
      const missing = next.trials.filter((trial) => !known.has(`${trial} ${rung}`));
      known.add(`${missing[random.below(missing.length)]!} ${rung}`);
    }
  }
});
