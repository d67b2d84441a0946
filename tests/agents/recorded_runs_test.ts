import { assertEquals, assertLess } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import recorded from "../golden/recorded_runs.json" with { type: "json" };
import { recordedRuns } from "./recorded_runs.ts";

interface Recorded {
  readonly steps: number;
  readonly updates: number;
  readonly parameters: Readonly<Record<string, readonly number[]>>;
}

/** What 60 updates and more make of the last bits, in which processors may differ. */
const tolerance = 1e-5;

for (const [name, config] of Object.entries(recordedRuns)) {
  Deno.test(`run "${name}" comes to the parameters that it came to when it was recorded`, async () => {
    const { steps, updates, parameters } = (recorded as unknown as Record<string, Recorded>)[name]!;
    const run = await createRun(config);
    const end = await run.train();
    assertEquals([end.step, end.update], [steps, updates]);
    const saved = await run.agent.save();
    assertEquals(Object.keys(saved), Object.keys(parameters));
    for (const [key, values] of Object.entries(parameters)) {
      for (const [i, value] of values.entries()) {
        assertLess(Math.abs(saved[key]!.data[i]! - value), tolerance, `${key}[${i}]`);
      }
    }
    run.dispose();
  });
}
