import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { DqnMember } from "../../src/agents/dqn_member.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { TrainingError } from "../../src/core/errors.ts";
import type { TrainEvent } from "../../src/core/events.ts";
import type { Callback, Run } from "../../src/train/callbacks/callback.ts";
import { assertSameRun } from "./same_run.ts";
import { withFolder } from "./task.ts";

const config = (loop: "host" | "device") =>
  parseConfig({
    environment: { id: "CartPole-v1" },
    loop,
    agent: { kind: "dqn", hidden: [8], replay: { capacity: 200, batch: 8 } },
    budget: { steps: 400 },
    evaluation: { every: 150, episodes: 3, final: { episodes: 3 } },
    checkpoints: { state: { every: 100, unit: "step" } },
    log: { tensorBoard: false, pictures: false, animation: false, every: 50 },
  });

/** What may become of a device. */
const harms = {
  destroyed: (device: GPUDevice) => device.destroy(),
  "out of memory": (device: GPUDevice) =>
    void device.createBuffer({ size: 2 ** 40, usage: GPUBufferUsage.STORAGE }),
};

/** Harms the device of the run at each of these steps. */
function harming(steps: number[], harm: (device: GPUDevice) => void = harms.destroyed): Callback {
  return {
    notify(event: TrainEvent, run: Run) {
      if (event.kind !== "progress" || !(event.step >= steps[0]!)) return;
      steps.shift();
      harm((run.agent as DqnMember).learner.gpu.device);
    },
    save: () => null,
  };
}

for (const loop of ["host", "device"] as const) {
  Deno.test(`trainRun() goes on from the latest state when its device is lost, once, ${loop} loop`, async () => {
    await withFolder(async (folder) => {
      const options = { quiet: true, signal: new AbortController().signal };
      const loaded = { name: "lost", config: config(loop) };
      await trainRun(loaded, { ...options, out: `${folder}/whole` });
      for (const [name, harm] of Object.entries(harms)) {
        const out = `${folder}/${name}`;
        await trainRun(loaded, { ...options, out, watch: harming([250], harm) });
        await assertSameRun(out, `${folder}/whole`);
      }

      const out = `${folder}/lost`;
      const error = await assertRejects(
        () => trainRun(loaded, { ...options, out, watch: harming([150, 250]) }),
        TrainingError,
        "The GPU device was lost",
      );
      assertStringIncludes(error.message, `\ndeno task train --resume ${out} goes on`);
      assert(Deno.readTextFileSync(`${out}/config.json`).length > 0);
      assertEquals([...Deno.readDirSync(out)].some(({ name }) => name === ".lock"), false);
    });
  });
}
