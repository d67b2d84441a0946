import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { coverPairs } from "./pairwise.ts";
import { resumeCases } from "./resume_cases.ts";
import { tryResume } from "./resumes.ts";

const cases = Object.groupBy(resumeCases(0), ({ name }) => name.split(":")[0]!);

for (const [kind, all] of Object.entries(cases)) {
  Deno.test(`a run that was ended goes on bit for bit as if it had never been: ${kind}`, async () => {
    const longest = all!.filter(({ endings }) => endings.length > 2);
    // Where an update leaves its rate behind, so that there is more to keep.
    const each = longest.find(({ name }) => name.includes("rate exponential by update")) ?? longest[0]!;
    await withGpu((gpu) => tryResume(each, gpu, new Random(0)));
  });
}

Deno.test("coverPairs() has every pair of choices, in few combinations", () => {
  const choices = { a: [1, 2, 3, 4], b: ["x", "y", "z"], c: [true, false], d: [0, 1, 2] };
  const found = coverPairs(choices, new Random(3));
  const pairs = new Set(found.flatMap((row) => {
    const entries = Object.entries(row).map(([name, choice]) => `${name}=${choice}`);
    return entries.flatMap((one, i) => entries.slice(i + 1).map((other) => `${one} ${other}`));
  }));
  assertEquals(pairs.size, 4 * 3 + 4 * 2 + 4 * 3 + 3 * 2 + 3 * 3 + 2 * 3);
  assert(found.length <= 16, `${found.length} combinations, where 12 are the least`);
});
