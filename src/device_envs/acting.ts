/** Kernels of `shaders/rollout.wgsl`, which act in device environments: what they are made of. @module */
import storageText from "../../shaders/parameters_storage.wgsl" with { type: "text" };
import uniformText from "../../shaders/parameters_uniform.wgsl" with { type: "text" };
import shader from "../../shaders/rollout.wgsl" with { type: "text" };
import type { Gpu } from "../gpu/device.ts";
import { type Kernel, type KernelSpec, type ShaderFile, windowBytes } from "../gpu/kernel.ts";
import type { Window } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { workgroupBytes } from "../gpu/workgroup_memory.ts";
import { dense } from "../ops/dense.ts";
import { memberModule } from "../ops/elementwise.ts";
import { categoricalHead, quantileHead } from "../ops/distributional.ts";
import { choiceModules } from "../ops/head.ts";
import { padded } from "../ops/layout.ts";
import { type NetworkLayout, networkLayout, perceptron } from "../ops/model.ts";
import { streams } from "../ops/streams.ts";
import { duelingHead } from "../ops/td_value.ts";
import { environmentModules } from "./device_environment.ts";
import type { DeviceEnvironment } from "./device_environment.ts";

/** A population's networks, as far as acting needs them. */
export interface ActingNetwork {
  /** Of each member. */
  readonly layout: NetworkLayout;
  /** `[P, 2, N]`, both layouts. */
  readonly parameters: Tensor<"f32">;
}

/** An entry point of the shader. */
export interface ActingEntry extends Pick<KernelSpec, "entryPoint" | "overrides"> {
  /** Whose actions are taken; none where the entry point takes none. */
  readonly network?: ActingNetwork;
  /** Environments that a workgroup plays in, 1 by default. */
  readonly together?: number;
}

const shaderFile: ShaderFile = { name: "rollout.wgsl", text: shader };
const storageParameters: ShaderFile = { name: "parameters_storage.wgsl", text: storageText };
const uniformParameters: ShaderFile = { name: "parameters_uniform.wgsl", text: uniformText };

/** What stands in for a network where an entry point takes no actions. */
const noNetwork = networkLayout(perceptron([1, 1]));

/** A kernel of the shader that plays in `environment`. */
export function actingKernel(
  gpu: Gpu,
  { spec, overrides }: DeviceEnvironment,
  { entryPoint, network, together = 1, overrides: own }: ActingEntry,
): Kernel {
  const layout = network?.layout ?? noNetwork;
  const choice = choiceModules(layout.model.head, { actions: spec.actions, masked: false });
  const parameters = network && isWindowed(network) ? uniformParameters : storageParameters;
  return gpu.kernel({
    file: shaderFile,
    modules: [
      parameters,
      ...layerModules(layout),
      ...choice.modules,
      ...environmentModules(spec),
      memberModule,
    ],
    entryPoint,
    constants: {
      ...choice.constants,
      WIDTH: widestLayer(layout),
      TOGETHER: together,
      OBSERVATIONS: spec.observations,
      GRID: gridWidth,
    },
    overrides: {
      GROUP: gpu.kernelProfile.rolloutGroup,
      ...choice.overrides,
      ...spec.wonFrom === undefined ? {} : { WON_FROM: spec.wonFrom },
      ...overrides,
      ...own,
    },
  });
}

/** Whether the parameters of all members fit into a uniform window, through which the shader then reads them. */
function isWindowed({ layout, parameters }: ActingNetwork): boolean {
  const members = parameters.shape[0]!;
  const floats = members === 1 ? layout.total : parameters.size; // Of one member, the first layout is enough.
  return parameters.windowed && floats * 4 <= windowBytes;
}

/** What binds the parameters of a kernel that {@linkcode actingKernel} makes for this network. */
export function actingParameters(network: ActingNetwork): Tensor | Window {
  return isWindowed(network) ? { tensor: network.parameters, offset: 0 } : network.parameters;
}

/** The functions by which the layers of a network act, in the order of their numbers in the shader. */
function layerFunctions({ layers }: NetworkLayout): string[] {
  return [...new Set(layers.map(({ layer }) => layer.acting.function))];
}

/** The files of the layers, and `act_layer`, which calls the function of a layer's kind. */
function layerModules(layout: NetworkLayout): ShaderFile[] {
  const files = new Map(layout.layers.map(({ layer: { acting } }) => [acting.function, acting.file]))
    .values();
  const calls = layerFunctions(layout).map((name, kind) => {
    const call = `${name}(layer, first, places, lane);`;
    return kind === 0 ? `  ${call}` : `  if (layer.kind == ${kind}u) { ${call} }`;
  });
  if (calls.length > 1) calls[0] = `  if (layer.kind == 0u) { ${calls[0]!.trim()} }`;
  const text = [
    "fn act_layer(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {",
    ...calls,
    "}",
  ].join("\n");
  return [...files, { name: "act_layer", text }];
}

/** The table by which the shader finds the layers of a network: its `ActingLayer` of each, `[layers, 8]`. */
export function createActingLayers(gpu: Gpu, layout: NetworkLayout): Tensor<"u32"> {
  const { layers } = layout;
  const functions = layerFunctions(layout);
  const table = new Tensor(gpu, [layers.length, 8], { dtype: "u32", label: "acting layers" });
  for (const { index, layer: { acting }, blocks: [block], inputs, outputs } of layers) {
    const kind = functions.indexOf(acting.function);
    const first = (block?.offset ?? 0) / 4;
    table.write(Uint32Array.of(first, inputs, padded(outputs) / 4, kind, ...acting.own ?? []), 8 * index);
  }
  return table;
}

const anyDistribution = { atoms: 2, vMin: 0, vMax: 1, quantiles: 1, kappa: 1, dueling: false };

/** Files whose names an environment must not take: those of the kernels that will call it. */
export const actingFiles: readonly ShaderFile[] = [
  shaderFile,
  storageParameters,
  memberModule,
  dense({ width: 1, relu: false })([1]).acting.file,
  streams([1, 1])([8]).acting.file,
  ...[duelingHead, categoricalHead(anyDistribution), quantileHead(anyDistribution)].flatMap((
    { file, modules },
  ) => [
    file,
    ...modules ?? [],
  ]),
  ...choiceModules(noNetwork.model.head, { actions: 1, masked: false }).modules,
  {
    name: "rollout.wgsl",
    text: ["WIDTH", "TOGETHER", "OBSERVATIONS", "ACTIONS", "GRID"].map((name) => `const ${name} = 1u;`).join(
      "\n",
    ),
  },
  { name: "act_layer", text: "fn act_layer() {}" },
];

/** Workgroups in x, beyond which {@linkcode grid} goes on in y. */
const gridWidth = 32768;

/** So many workgroups or a few more, of those entry points that count them by both of their numbers. */
export function grid(workgroups: number): [x: number, y: number] {
  return [Math.min(workgroups, gridWidth), Math.ceil(workgroups / gridWidth)];
}

/** The widest layer of a network, in fours. */
function widestLayer({ widths }: NetworkLayout): number {
  return padded(Math.max(...widths)) / 4;
}

/**
 * Environments that a workgroup plays in, where there are several: each weight is read once for all of them. They are
 * fewer where the outputs of wide layers do not fit into its memory.
 */
export function playedTogether({ device: { limits } }: Gpu, layout: NetworkLayout): number {
  const bytes = (together: number) =>
    workgroupBytes({ file: shaderFile, constants: { WIDTH: widestLayer(layout), TOGETHER: together } });
  return [4, 2].find((together) => bytes(together) <= limits.maxComputeWorkgroupStorageSize) ?? 1;
}

/** Multiply-adds of an environment's network in one dispatch: more take too long, and WebAssembly more turns than it may. */
const mostWork = 2 ** 26;

/** Steps of one dispatch: `most`, or fewer where the network is large. */
export function stepsOfDispatch({ total }: Pick<NetworkLayout, "total">, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(mostWork / total)));
}
