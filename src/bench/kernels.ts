/** Timing the kernels of an update, each against the ceilings of its adapter in the same process. @module */
import { Random } from "../core/random.ts";
import type { Gpu } from "../gpu/device.ts";
import { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { makeLayers } from "../learner/kinds.ts";
import { createActivations, createGradients, createNetwork } from "../learner/network.ts";
import { fanIn } from "../ops/block.ts";
import { createMatrix } from "../ops/layout.ts";
import { type NetworkLayout, networkLayout } from "../ops/model.ts";
import { valueHead } from "../ops/td_value.ts";
import { emptyDispatch, memoryCeilings, multiplyAddCeiling, waiter } from "./ceilings.ts";
import type { LayerCase } from "./configs.ts";
import { elementwise, type ElementwiseOptions } from "./elementwise.ts";
import type { Figures } from "./figures.ts";
import { type RepeatOptions, secondsOf } from "./repeat.ts";

/** A layer between its input and a head, of whom it is nothing but the first layer. */
function networkOf({ input, layer }: LayerCase): NetworkLayout {
  return networkLayout({ observation: input, hidden: makeLayers(layer), head: valueHead, actions: 1 });
}

/** Multiply-adds of a layer's forward pass, and of each of its gradients. */
export function layerProducts(layer: LayerCase): number {
  const { blocks: [block], outputs } = networkOf(layer).layers[0]!;
  return fanIn(block!) * outputs * layer.batch;
}

/**
 * GFLOP/s of a layer forward and of its two gradients, what a dispatch costs included; the ceiling; and an empty dispatch, which
 * on a software adapter depends on the number of threads that learners of this size run with.
 */
export async function measureLayer(
  gpu: Gpu,
  { name: size, ...of }: LayerCase & { readonly name: string },
  repeat?: RepeatOptions,
): Promise<Figures> {
  const { batch } = of;
  const layout = networkOf(of);
  const { layer, blocks, inputs } = layout.layers[0]!;
  const network = createNetwork(gpu, layout, { members: 1, label: "network" });
  const activations = createActivations(gpu, network, { batch, label: "activations" });
  const gradients = createGradients(gpu, network, activations);
  const inputGradient = createMatrix(gpu, [1, inputs, batch], "input gradient");
  const [input, output] = activations.matrices;
  const [outputGradient] = gradients.matrices;
  const { parameters } = network;
  const random = new Random(1);
  for (const tensor of [parameters, input!, outputGradient!]) {
    tensor.write(Float32Array.from({ length: tensor.size }, () => random.uniform(-1, 1)));
  }
  const shared = { blocks, batch, parameters, input: input! };
  const forward = (both: boolean) => (program: Recorder) =>
    layer.forward(program, { ...shared, passes: [{ parameters, input: 0, both }], output: output! });
  const backward = (inputGradient?: Tensor<"f32">) => (program: Recorder) =>
    layer.backward(program, {
      ...shared,
      outputGradient: outputGradient!,
      gradient: gradients.parameters,
      inputGradient,
      rectified: true,
      layouts: layer.readsFirstLayouts ? 1 : 3,
    });
  const programs: readonly (readonly [name: string, products: number, program: Recorder])[] = [
    ["forward", 1, recorded(gpu, forward(false))],
    ["forward, both layouts", 1, recorded(gpu, forward(true))],
    ["weight gradient", 1, recorded(gpu, backward())],
    ["both gradients", 2, recorded(gpu, backward(inputGradient))],
  ];
  const operations = 2 * layerProducts(of);
  const ceiling = await multiplyAddCeiling(gpu, repeat);
  const found: [string, number][] = [];
  for (const [name, products, program] of programs) {
    found.push([`${name} ${size}`, products * operations / await secondsOfProgram(program, repeat) / 1e9]);
  }
  await assertWritten([output!, inputGradient, gradients.parameters]);
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
  return seconds;
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
