import { assertEquals, assertStringIncludes } from "@std/assert";
import { recordWords } from "../../src/device_envs/episode_end.ts";
import { finishedEpisodes, recordRanges } from "../../src/train/episode_records.ts";
import { bitsOf } from "../device_envs/walk.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { Tensor } from "../../src/gpu/tensor.ts";

Deno.test("recordRanges follows the ring round its end", () =>
  withGpu((gpu) => {
    const records = new Tensor(gpu, [5, 2, 3, 3], { dtype: "u32" });
    const ranges = (first: number, count: number) =>
      recordRanges(records, { first, count }).map(({ offset, length }) => [offset, length]);
    assertEquals(ranges(1, 3), [[18, 54]]);
    assertEquals(ranges(13, 4), [[54, 36], [0, 36]]);
    assertEquals(ranges(10, 5), [[0, 90]]);
    assertEquals(ranges(4, 0), []);
    records.dispose();
  }));

Deno.test("finishedEpisodes numbers a member's episodes by step and environment, with the epsilon after them all", () => {
  const [on, other] = [[0, bitsOf(9), 0], [1 + 8 * 99, bitsOf(7), 0]]; // Of the member before it.
  const records = Uint32Array.from([
    [...other!, ...other!, ...on!, 1 + 8 * 4, bitsOf(2.5), bitsOf(2 ** -30)],
    [...on!, ...other!, ...on!, ...on!],
    [...on!, ...on!, 2 + 8 * 9, bitsOf(-1), bitsOf(0), 3 + 8 * 6, bitsOf(0.5), bitsOf(0)],
    [...other!, ...other!, ...other!, ...other!], // Not taken by this member, which rests.
  ].flat());
  const asked: number[][] = [];
  const { finished } = finishedEpisodes(records, {
    member: 1,
    members: 2,
    environments: 2,
    rows: 3,
    steps: 10,
    episodes: 5,
    epsilon: (steps, episodes) => asked.push([steps, episodes]),
  });
  const end = (terminated: boolean, truncated: boolean) => ({ terminated, truncated });
  assertEquals(finished, [
    { episode: 6, step: 12, return: 2.5 + 2 ** -30, length: 4, ...end(true, false), epsilon: 1 },
    { episode: 7, step: 16, return: -1, length: 9, ...end(false, true), epsilon: 2 },
    { episode: 8, step: 16, return: 0.5, length: 6, ...end(true, true), epsilon: 2 },
  ]);
  assertEquals(asked, [[12, 6], [16, 8]]);
});

Deno.test("finishedEpisodes refuses a step at fault and a return that is not finite, and names the step", () => {
  const told = { member: 0, members: 1, environments: 2, rows: 2, steps: 10, episodes: 0, epsilon: () => 0 };
  for (
    const [end, total, found] of [[4, 1, "a number that is not finite"], [
      9,
      -Infinity,
      "rewards beyond the sums that float32 holds",
    ]] as const
  ) {
    const records = new Uint32Array(4 * recordWords);
    records.set([end, bitsOf(total)], 3 * recordWords);
    const message = `Cannot go on training: the environment gave ${found} at step 14, wanted finite numbers`;
    const { fault } = finishedEpisodes(records, told);
    assertStringIncludes(fault!.message, message);
    assertEquals([fault!.step, finishedEpisodes(records, { ...told, rows: 1 }).fault], [14, undefined]);
  }
});
