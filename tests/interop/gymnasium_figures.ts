/**
 * What the way to Python costs: `deno run -A tests/interop/gymnasium_figures.ts` prints it. Every figure is of the quickest
 * of many short rounds, so that other work on the machine counts little.
 */
import { makeEnv } from "../../src/envs/environment_registry.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { pythonPath, runPython } from "./python.ts";

const id = "CartPole-v1";

/** Milliseconds of a step of so many environments. */
function measure(count: number): number {
  const vector = new VectorEnvironment(count, () => makeEnv(`gymnasium:${id}`));
  vector.reset(0);
  const actions = new Uint32Array(count);
  let quickest = Infinity;
  for (let round = 0; round < 100; round++) {
    const start = performance.now();
    for (let step = 0; step < 200; step++) {
      for (let i = 0; i < count; i++) actions[i] = (step + i) % 7 % 2;
      vector.step(actions);
    }
    quickest = Math.min(quickest, (performance.now() - start) / 200);
  }
  vector.close();
  return quickest;
}

Deno.env.set("QERNEL_PYTHON", await pythonPath());
const alone = await runPython("step_alone.py", id) as number;
const [one, sixteen] = [measure(1), measure(16)];
console.log(`${id} in Python alone: ${(alone * 1000).toFixed(1)} us a step`);
console.log(
  `one from here: ${(one * 1000).toFixed(1)} us a step, ${((one - alone) * 1000).toFixed(1)} us on top`,
);
console.log(`16 from here: ${Math.round(16 / sixteen * 1000)} steps/s`);
