import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { Learner } from "../../src/learner/learner.ts";
import { SyncRule, TargetSync } from "../../src/learner/target_sync.ts";
import { smallMember, smallOptions } from "./small.ts";

/** Periods of members, and where they begin. */
const periods = [[7, 7], [7, 2], [4, 1], [60, 60]] as const;

/** Counts at which a member synchronizes. */
function isDue([period, first]: readonly [number, number], count: number): boolean {
  return count >= first && (count - first) % period === 0;
}

for (const [target, unit] of [["step", "steps"], ["episode", "episodes"]] as const) {
  Deno.test(`SyncRule may pass a synchronization where one of a member's falls due, by ${target}`, () => {
    const random = new Random(2);
    for (const shared of [periods.slice(0, 1), periods.slice(1, 2), periods.slice(0, 2), periods.slice(2)]) {
      const members = shared.map(([syncPeriod, syncFirst]) => smallMember({ syncPeriod, syncFirst }));
      const rule = new SyncRule({ target, members });
      for (let time = 0; time < 200; time++) {
        const before = { steps: random.below(80), episodes: random.below(80) };
        const now = { steps: before.steps + random.below(9), episodes: before.episodes + random.below(9) };
        const counts = Array.from({ length: now[unit] - before[unit] }, (_, i) => before[unit] + 1 + i);
        const wanted = counts.some((count) => shared.some((period) => isDue(period, count)));
        assertEquals(rule.mayPass(before, now), wanted, JSON.stringify([shared, before, now]));
      }
    }
  });
}

Deno.test("SyncRule takes it that episodes may have ended which nobody knows of, and that updates see to themselves", () => {
  const passes = (target: "episode" | "step" | "update" | "none") =>
    new SyncRule(smallOptions({ target, members: [smallMember({ syncPeriod: 3 })] }))
      .mayPass({ steps: 3 }, { steps: 5 });
  assertEquals((["episode", "step", "update", "none"] as const).map(passes), [true, false, false, false]);
});

Deno.test("TargetSync synchronizes once after a step in which one may be due, or after what it has not seen", () => {
  let enqueued = 0;
  const options = smallOptions({ target: "step", members: [smallMember({ syncPeriod: 3 })] });
  const sync = new TargetSync({ gpu: { enqueue: () => enqueued++ }, options } as unknown as Learner);
  const after = (act: () => void) => {
    act();
    const before = enqueued;
    for (let time = 0; time < 2; time++) sync.finishStep();
    return enqueued - before;
  };
  assertEquals(after(() => {}), 0);
  assertEquals(after(() => sync.stepped({ steps: 0 }, { steps: 2 })), 0);
  assertEquals(after(() => sync.stepped({ steps: 2 }, { steps: 3 })), 1);
  assertEquals(after(() => sync.resumed()), 1);
});
