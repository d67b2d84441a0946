import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { StateReader } from "../../src/core/state.ts";
import { FoldedMeans } from "../../src/train/callbacks/folded_means.ts";

Deno.test("FoldedMeans goes on from what it saved, however often it was folded", () => {
  for (let cut = 0; cut <= 40; cut++) {
    let folded = new FoldedMeans(4);
    for (let i = 0; i < 40; i++) {
      if (i === cut) {
        const saved = new StateReader({ folded: folded.save() }, "test");
        folded = new FoldedMeans(4);
        folded.load(saved.child("folded"));
      }
      folded.add(i * i);
    }
    const values = (from: number) => Array.from({ length: 16 }, (_, i) => (from + i) ** 2);
    const mean = (all: number[]) => all.reduce((sum, each) => sum + each) / all.length;
    assertEquals(folded.values, [mean(values(0)), mean(values(16)), mean(values(32).slice(0, 8))]);
    assertEquals(folded.count, 40);
  }
  const saved = { group: 1, pending: 0, sum: 0, count: 5, means: new Float64Array(5) };
  const load = () => new FoldedMeans(4).load(new StateReader(saved, "folded"));
  assertThrows(load, UsageError, "Cannot restore folded.count: it is 5, wanted an integer in [0, 4]");
});
