import { assert, assertEquals, assertRejects } from "@std/assert";
import { trainRun } from "../../src/cli/train_run.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { filesUnder, withFolder } from "./task.ts";

Deno.test("trainRun() evaluates the best checkpoint of an aborted run, unless that is given up", async () => {
  const config = parseConfig({
    environment: { id: "CliffWalking-v1", maxEpisodeSteps: 50 },
    agent: { kind: "tabular" },
    budget: { steps: 1000 },
    evaluation: { every: 1000, episodes: 1, final: { episodes: 2 } },
    log: { tensorBoard: false, pictures: false, animation: false },
  });
  const signal = AbortSignal.abort(new Error("enough"));
  await withFolder(async (folder) => {
    const train = (name: string, giveUp: boolean) =>
      trainRun({ name: "test", config }, {
        out: `${folder}/${name}`,
        quiet: true,
        silent: true,
        signal,
        giveUp,
      });
    const summary = await train("kept", false);
    assertEquals([summary.stopReason, summary.evaluation?.episodes], ["interrupted", 2]);
    await assertRejects(() => train("given-up", true), Error, "enough");
    assert(!filesUnder(`${folder}/given-up`).includes("summary.json"));
  });
});
