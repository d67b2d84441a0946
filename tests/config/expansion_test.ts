import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { expand } from "../../src/config/expansion.ts";
import { UsageError } from "../../src/core/errors.ts";

Deno.test("expand() makes every combination of a grid, the last key fastest", () => {
  const vary = { "agent.gamma": [0, 1], "agent.target.every": [5], "agent.hidden": [[8], [8, 8]] };
  const known = ["agent.gamma", "agent.target.every", "agent.train.every", "agent.hidden"];
  assertEquals(
    expand({ vary, search: "grid" }, known),
    [
      [0, [8], "[8]"] as const,
      [0, [8, 8], "[8,8]"] as const,
      [1, [8], "[8]"] as const,
      [1, [8, 8], "[8,8]"] as const,
    ].map(([gamma, hidden, text]) => ({
      name: `gamma ${gamma}, target.every 5, hidden ${text}`,
      values: { "agent.gamma": gamma, "agent.target.every": 5, "agent.hidden": hidden },
    })),
  );
});

Deno.test("expand() draws different configurations within bounds, the same every time", () => {
  const range = { low: 3, high: 7, scale: "linear", integer: true } as const;
  const vary = {
    n: range,
    rate: { low: 0.5, high: 2, scale: "linear", integer: false } as const,
    word: ["a", "b"],
  };
  const search = { vary, search: "random", samples: 300 } as const;
  const points = expand(search, []).map(({ values }) => values as { n: number; rate: number; word: string });
  assertEquals(points.length, 300);
  assertEquals(new Set(points.map((point) => JSON.stringify(point))).size, 300);
  assertEquals(expand(search, []).map(({ values }) => values), points);
  assertEquals(expand({ ...search, samples: 10 }, []).map(({ values }) => values), points.slice(0, 10));
  assertEquals([...new Set(points.map(({ n }) => n))].sort(), [3, 4, 5, 6, 7]);
  assertEquals([...new Set(points.map(({ word }) => word))].sort(), ["a", "b"]);
  assert(points.every(({ rate }) => rate >= 0.5 && rate <= 2 && rate === Number(rate.toPrecision(4))));
});

/** Largest distance of the distribution of `values` from `cdf`: of n draws, beyond 1.95 / sqrt(n) once in 1,000 times. */
function kolmogorovSmirnov(values: readonly number[], cdf: (value: number) => number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.max(
    ...sorted.map((value, i) =>
      Math.max((i + 1) / sorted.length - cdf(value), cdf(value) - i / sorted.length)
    ),
  );
}

for (const scale of ["linear", "log"] as const) {
  Deno.test(`expand() draws uniformly on a ${scale} scale`, () => {
    const [low, high, samples] = [1e-4, 1, 500];
    const vary = { x: { low, high, scale, integer: false } };
    const values = expand({ vary, search: "random", samples }, []).map(({ values }) => values["x"] as number);
    const cdf = (x: number) =>
      scale === "log" ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low);
    assertLess(kolmogorovSmirnov(values, cdf), 1.95 / Math.sqrt(samples));
  });
}

Deno.test("expand() gives the integers of a log scale the intervals from each to the next", () => {
  // One value a configuration: a second, unimportant key keeps the configurations apart.
  const vary = {
    n: { low: 1, high: 3, scale: "log", integer: true },
    x: { low: 0, high: 1, scale: "linear", integer: false },
  } as const;
  const samples = 2000;
  const values = expand({ vary, search: "random", samples }, []).map(({ values }) => values["n"]);
  for (const n of [1, 2, 3]) {
    const share = Math.log((n + 1) / n) / Math.log(4);
    const found = values.filter((value) => value === n).length / samples;
    assertLess(Math.abs(found - share), 4 * Math.sqrt(share * (1 - share) / samples));
  }
});

Deno.test("expand() refuses more samples than there are configurations", () => {
  const error = assertThrows(
    () => expand({ vary: { a: [1, 2], b: [true, false] }, search: "random", samples: 5 }, []),
    UsageError,
  );
  assertEquals(
    error.message,
    "Cannot draw configurations: samples is 5, wanted at most 4, as many as there are",
  );
});
