/**
 * Checkpoints in PyTorch: modules named as CleanRL's load them strictly, and have the agent's Q values. `deno task test:peers` runs
 * this; `deno task test` does not, as it needs PyTorch.
 */
import { assertAlmostEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { createRun } from "../../src/config/build.ts";
import { encodeCheckpoint } from "../../src/train/checkpoint_bytes.ts";
import tiny from "../config/tiny.json" with { type: "json" };
import { pythonWith } from "./python_with.ts";

type Input = Parameters<typeof createRun>[0];

const categorical = { kind: "categorical", atoms: 7, vMin: 0, vMax: 20 };

/** Models of an agent, by what is theirs alone. */
const models = {
  "dense layers": { hidden: [6, 8], head: { kind: "value" } },
  "dueling": { hidden: [6, 8], head: { kind: "value", dueling: true } },
  "categorical": { hidden: [8], head: categorical },
  "quantile, dueling": { hidden: [6, 8], head: { kind: "quantile", quantiles: 5, dueling: true } },
  "implicit": {
    hidden: [6, 8],
    head: { kind: "implicit", quantiles: 2, targetQuantiles: 2, actionQuantiles: 6, cosines: 9 },
  },
  "normalized": {
    hidden: [{ kind: "dense", width: 8, normalization: "layer" }, 6],
    head: { kind: "value" },
  },
  "convolutions": {
    hidden: [
      { kind: "conv", channels: 5, size: 2 },
      { kind: "conv", channels: 6, size: 3, padding: "same" },
      8,
    ],
    head: { kind: "value" },
  },
  "convolutions, normalized": {
    hidden: [
      { kind: "conv", channels: 5, size: 2, normalization: "layer" },
      { kind: "conv", channels: 6, size: 3, padding: "same", normalization: "layer" },
      { kind: "dense", width: 8, normalization: "layer" },
    ],
    head: { kind: "value" },
  },
  "convolutions, dueling": {
    hidden: [{ kind: "conv", channels: 3, size: 2, stride: 2 }, 8],
    head: { kind: "value", dueling: true },
  },
  "rainbow": {
    hidden: [6, { kind: "dense", width: 8, noisy: true }],
    head: { ...categorical, dueling: true, noisy: true },
  },
};

/** States of a cart-pole, `[N, 4]`. */
const poles = {
  id: "CartPole-v1",
  actions: 2,
  observations: [[0, 0, 0.1, 0], [1, -1, -0.1, 0.5], [-2, 0.3, 0.02, -1]],
};

/** Boards, `[N, 4, 4, 4]`. */
const boards = {
  id: "Gridworld-v0",
  actions: 4,
  observations: [3, 5, 7].map((of) =>
    range((c) => range((row) => range((column) => Number((16 * c + 4 * row + column) % of === 0))))
  ),
};

function range<T>(entry: (i: number) => T): T[] {
  return Array.from({ length: 4 }, (_, i) => entry(i));
}

for (const [name, model] of Object.entries(models)) {
  const { id, actions, observations } = name.startsWith("convolutions") ? boards : poles;
  Deno.test(`PyTorch loads a checkpoint, ${name}, and has its Q values`, async () => {
    const noisy = JSON.stringify(model).includes("noisy") ? { exploration: 0 } : {};
    const config = {
      ...tiny,
      environment: { ...tiny.environment, id },
      agent: { ...tiny.agent, ...model, ...noisy },
    };
    const run = await createRun(config as Input, { print: () => {} });
    const file = await Deno.makeTempFile({ suffix: ".safetensors" });
    try {
      await run.train();
      await Deno.writeFile(file, encodeCheckpoint(await run.agent.save(), {}));
      const wanted = await run.agent.getQ(Float32Array.from(observations.flat(3) as number[]));
      const values = await loadIntoTorch(file, { ...model, observations, actions });
      values.flat().forEach((value, i) =>
        assertAlmostEquals(value, wanted[i]!, 1e-5 * (1 + Math.abs(value)))
      );
    } finally {
      run.dispose();
      await Deno.remove(file);
    }
  });
}

/** Q values `[N, actions]` of the modules that have loaded a file. */
async function loadIntoTorch(file: string, model: unknown): Promise<number[][]> {
  const script = fromFileUrl(new URL("load_into_torch.py", import.meta.url));
  const args = ["-B", script, file, JSON.stringify(model)];
  const { success, stdout, stderr } = await new Deno.Command(await pythonWith("torch"), { args }).output();
  if (!success) throw new Error(`Cannot load ${file} into PyTorch: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
