/** A file for `--environments`: one whose steps take a time that no machine shortens. @module */
import { CartPole } from "../../src/envs/cartpole.ts";
import type { StepResult } from "../../src/envs/environment.ts";
import { registerEnvironment } from "../../src/envs/environment_registry.ts";

/** Milliseconds of a step; none where it is not asked for. */
const pace = Number(Deno.env.get("QERNEL_TEST_PACE") ?? 0);

/** A file that is made by the first step; none where it is not asked for. */
const mark = Deno.env.get("QERNEL_TEST_MARK");

/** When the first step of this process began, and how many there were. */
let [begun, steps] = [0, 0];

class SlowCartPole extends CartPole {
  override step(action: number): StepResult {
    if (steps === 0 && mark !== undefined) Deno.writeTextFileSync(mark, "");
    begun ||= performance.now();
    const left = begun + pace * ++steps - performance.now();
    if (left > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, left);
    return super.step(action);
  }
}

registerEnvironment({ id: "Slow-v0", create: () => new SlowCartPole(), maxEpisodeSteps: 500 });
