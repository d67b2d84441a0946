import { assert, assertEquals, assertRejects } from "@std/assert";
import { trainRun } from "../../src/cli/train_run.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { TrainingError, UsageError } from "../../src/core/errors.ts";
import { CliffWalking } from "../../src/envs/cliff_walking.ts";
import { registerEnvironment } from "../../src/envs/environment_registry.ts";
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

Deno.test("trainRun() leaves no folder where the environment fails before anything is trained", async () => {
  class Failing extends CliffWalking {
    override step(): never {
      throw new TrainingError("Cannot step the cliff: there was no answer in 60 s");
    }
  }
  registerEnvironment({ id: "Failing-v0", create: () => new Failing() });
  for (const tensorBoard of [true, false]) { // Which plays the environment first where it is on.
    const config = parseConfig({
      environment: { id: "Failing-v0", maxEpisodeSteps: 50 },
      agent: { kind: "tabular" },
      budget: { steps: 1000 },
      log: { tensorBoard, pictures: false, animation: false },
    });
    await withFolder(async (folder) => {
      const signal = new AbortController().signal;
      const out = `${folder}/run`;
      await assertRejects(
        () => trainRun({ name: "test", config }, { out, quiet: true, silent: true, signal }),
        UsageError,
        "Cannot step the cliff: there was no answer in 60 s",
      );
      assertEquals([...Deno.readDirSync(folder)], []);
    });
  }
});

Deno.test("trainRun() keeps what was trained where the environment cannot be drawn after all", async () => {
  class Undrawn extends CliffWalking {
    override render(): never {
      throw new UsageError("Cannot draw the cliff: there is no brush, wanted one");
    }
  }
  registerEnvironment({ id: "Undrawn-v0", create: () => new Undrawn() });
  const config = parseConfig({
    environment: { id: "Undrawn-v0", maxEpisodeSteps: 50 },
    agent: { kind: "tabular" },
    budget: { steps: 1000 },
    evaluation: { every: 1000, episodes: 1, final: { episodes: 2 } },
    log: { tensorBoard: false, pictures: false },
  });
  await withFolder(async (folder) => {
    const signal = new AbortController().signal;
    const summary = await trainRun({ name: "test", config }, {
      out: folder,
      quiet: true,
      silent: true,
      signal,
    });
    assertEquals([summary.stopReason, summary.evaluation?.episodes], ["budget of 1000 steps", 2]);
    assert(!filesUnder(folder).includes("episode.gif"));
  });
});
