/** Timing the kernels of an update, each against the ceilings of its adapter in the same process. @module */
import { Random } from "../core/random.ts";
import type { Gpu } from "../gpu/device.ts";
import { Recorder } from "../gpu/recorder.ts";
import { createActivations, createGradients, createNetwork, forward } from "../learner/network.ts";
import { denseBackward } from "../ops/dense.ts";
import { createMatrix } from "../ops/layout.ts";
import { networkLayout, perceptron } from "../ops/model.ts";
import { emptyDispatch, memoryCeilings, multiplyAddCeiling, waiter } from "./ceilings.ts";
import { elementwise, type ElementwiseOptions } from "./elementwise.ts";
import type { Figures } from "./figures.ts";
import { type RepeatOptions, secondsOf } from "./repeat.ts";

/**
 * GFLOP/s of a dense layer forward and of its two gradients, what a dispatch costs included; the ceiling; and an empty
 * dispatch, which on a software adapter depends on the number of threads that learners of this size run with.
 */
export async function measureProducts(
  gpu: Gpu,
  [inputs, outputs, batch]: readonly [inputs: number, outputs: number, batch: number],
  repeat?: RepeatOptions,
): Promise<Figures> {
  const layout = networkLayout(perceptron([inputs, outputs]));
  const network = createNetwork(gpu, layout, { members: 1, label: "network" });
  const activations = createActivations(gpu, network, { batch, label: "activations" });
  const gradients = createGradients(gpu, network, activations);
  const inputGradient = createMatrix(gpu, [1, inputs, batch], "input gradient");
  const [input] = activations.matrices;
  const random = new Random(1);
  for (const tensor of [network.parameters, input!, gradients.outputs]) {
    tensor.write(Float32Array.from({ length: tensor.size }, () => random.uniform(-1, 1)));
  }
  const args = {
    blocks: layout.blocks,
    batch,
    parameters: network.parameters,
    input: input!,
    outputGradient: gradients.outputs,
    gradient: gradients.parameters,
    rectified: true,
    layouts: 3 as const,
  };
  const programs = {
    "forward": recorded(gpu, (program) => forward(program, [{ network }], activations)),
    "weight gradient": recorded(
      gpu,
      (program) => denseBackward(program, args),
    ),
    "both gradients": recorded(
      gpu,
      (program) => denseBackward(program, { ...args, inputGradient }),
    ),
  };
  const operations = 2 * inputs * outputs * batch;
  const ceiling = await multiplyAddCeiling(gpu, repeat);
  const size = `${inputs}x${outputs}x${batch}`;
  const found: [string, number][] = [];
  for (const [name, program] of Object.entries(programs)) {
    const products = name === "both gradients" ? 2 : 1;
    found.push([`${name} ${size}`, products * operations / await secondsOfProgram(program, repeat) / 1e9]);
  }
  await assertWritten([activations.outputs, inputGradient, gradients.parameters]);
  return {
    kernelGigaflops: Object.fromEntries(found),
    kernelCeilings: Object.fromEntries(found.map(([name]) => [name, ceiling])),
    kernelMicroseconds: { [`empty dispatch beside ${size}`]: await emptyDispatch(gpu, repeat) },
  };
}

/** GB/s of the kernels of one invocation an element, and the faster of the memory ceilings on as many bytes. */
export async function measureElementwise(
  gpu: Gpu,
  options?: ElementwiseOptions,
  repeat?: RepeatOptions,
): Promise<Figures> {
  const { learner, kernels } = elementwise(gpu, options);
  await gpu.ready();
  const found: [string, number][] = [];
  const ceilings: [string, number][] = [];
  for (const { name, bytes, program } of kernels) {
    found.push([name, bytes / await secondsOfProgram(program, repeat) / 1e9]);
    const { copy, read } = await memoryCeilings(gpu, bytes, repeat);
    ceilings.push([name, Math.max(copy, read)]);
    program.dispose();
  }
  await assertWritten([learner.online.parameters, learner.target.parameters, learner.batch.observations]);
  learner.dispose();
  return {
    kernelGigabytesPerSecond: Object.fromEntries(found),
    kernelCeilings: Object.fromEntries(ceilings),
  };
}

function recorded(gpu: Gpu, record: (program: Recorder) => void): Recorder {
  const program = new Recorder(gpu);
  record(program);
  return program;
}

async function secondsOfProgram(program: Recorder, repeat?: RepeatOptions): Promise<number> {
  const { gpu } = program;
  await gpu.ready();
  const wait = waiter(gpu);
  const seconds = await secondsOf(async (times) => {
    gpu.enqueue(program, times);
    await wait.done();
  }, repeat);
  wait.dispose();
  return seconds / program.length;
}

/** Guards against timing kernels that do nothing. @throws {Error} When a tensor holds zeros alone, or no number. */
async function assertWritten(
  tensors: readonly { readonly label: string; read(): Promise<Float32Array> }[],
): Promise<void> {
  for (const tensor of tensors) {
    const values = await tensor.read();
    if (values.some((value) => value !== 0) && values.every(Number.isFinite)) continue;
    throw new Error(`Cannot time kernels: ${tensor.label} holds zeros or no numbers, wanted a result`);
  }
}
