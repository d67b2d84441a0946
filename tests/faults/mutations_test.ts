import { assertEquals } from "@std/assert";
import { tryMutations } from "./mutations.ts";

Deno.test("spoilt files are refused with a message or taken for what they are: a sample of `deno task test:faults`", async () => {
  const { refused, accepted, others } = await tryMutations({ count: 20, seed: 1_000_000 });
  assertEquals(others, []);
  assertEquals([refused > 10, accepted > 0], [true, true], `${refused} refused, ${accepted} accepted`);
});
