/** Kernels of `shaders/rollout.wgsl`, which act in device environments: what they are made of. @module */
import episodeText from "../../shaders/episode.wgsl" with { type: "text" };
import storageText from "../../shaders/parameters_storage.wgsl" with { type: "text" };
import uniformText from "../../shaders/parameters_uniform.wgsl" with { type: "text" };
import shader from "../../shaders/rollout.wgsl" with { type: "text" };
import type { Gpu } from "../gpu/device.ts";
import { type Kernel, type KernelSpec, type ShaderFile, windowBytes } from "../gpu/kernel.ts";
import { kernelProfiles } from "../gpu/profiles.ts";
import type { Recorder, Window } from "../gpu/recorder.ts";
import { assertTurns } from "../gpu/software.ts";
import { Tensor } from "../gpu/tensor.ts";
import { workgroupBytes } from "../gpu/workgroup_memory.ts";
import { conv } from "../ops/conv.ts";
import { dense } from "../ops/dense.ts";
import { memberModule, sumModule } from "../ops/elementwise.ts";
import { categoricalHead, quantileHead } from "../ops/distributional.ts";
import { layerNormalization } from "../ops/normalization.ts";
import { choiceModules, legalRandom } from "../ops/head.ts";
import { padded } from "../ops/layout.ts";
import { gridWidth } from "../ops/grid.ts";
import type { ActingLayer } from "../ops/layer.ts";
import { type NetworkLayout, networkLayout, perceptron, type PlacedLayer } from "../ops/model.ts";
import { seenFiles, seenModules, type SeenMoments } from "../ops/seen.ts";
import { streams } from "../ops/streams.ts";
import { duelingHead } from "../ops/td_value.ts";
import type { DeviceEnvironment } from "./device_environment.ts";
import { environmentModules, legalModule } from "./environment_modules.ts";

/** A population's networks, as far as acting needs them. */
export interface ActingNetwork {
  /** Of each member. */
  readonly layout: NetworkLayout;
  /** `[P, 2, N]`, both layouts. */
  readonly parameters: Tensor<"f32">;
  /** What observations are normalized by; they are as they are without. */
  readonly moments?: SeenMoments | undefined;
}

/** A function of a network that acts. */
export interface ActingStep {
  /** Of which layer it is. */
  readonly of: PlacedLayer;
  /** What it is. */
  readonly acting: ActingLayer;
  /** Numbers that it reads for an environment, in fours. */
  readonly reads: number;
  /** Numbers that it writes, in fours. */
  readonly writes: number;
}

/** The functions by which a network acts, in turn. */
export interface ActingSteps {
  /** They read what the one before wrote. */
  readonly steps: readonly ActingStep[];
  /** The most numbers that one reads and writes for an environment, in fours. */
  readonly width: number;
}

/** How a network acts in training, where noisy layers have noise, or else greedily. */
export function actingSteps(
  { layers, widths }: NetworkLayout,
  { noise }: { readonly noise: boolean },
): ActingSteps {
  const steps: ActingStep[] = [];
  for (const of of layers) {
    for (const acting of noise && of.layer.actingNoisily || [of.layer.acting]) {
      const reads = steps.at(-1)?.writes ?? padded(widths[0]!) / 4;
      steps.push({ of, acting, reads, writes: padded(acting.width ?? of.outputs) / 4 });
    }
  }
  return { steps, width: Math.max(...steps.map(({ reads, writes }) => reads + writes)) };
}

/** Records what a network's layers act by beside their parameters: see `Layer.prepare`. To stand before each entry point that acts. */
export function prepareActing(program: Recorder, { layout: { layers }, parameters }: ActingNetwork): void {
  for (const { layer, blocks } of layers) layer.prepare?.(program, { blocks, parameters });
}

/** An entry point of the shader. */
export interface ActingEntry extends Pick<KernelSpec, "entryPoint" | "overrides"> {
  /** Whose actions are taken; none where the entry point takes none. */
  readonly network?: ActingNetwork;
  /** How it acts; greedily by default. */
  readonly steps?: ActingSteps;
  /** Environments that a workgroup plays in, 1 by default. */
  readonly together?: number;
}

const shaderFile: ShaderFile = { name: "rollout.wgsl", text: shader };
const episodeFile: ShaderFile = { name: "episode.wgsl", text: episodeText };
const storageParameters: ShaderFile = { name: "parameters_storage.wgsl", text: storageText };
const uniformParameters: ShaderFile = { name: "parameters_uniform.wgsl", text: uniformText };

/** What stands in for a network where an entry point takes no actions. */
const noNetwork = networkLayout(perceptron([1, 1]));

/** A kernel of the shader that plays in `environment`. */
export function actingKernel(
  gpu: Gpu,
  { spec, overrides, actions }: DeviceEnvironment,
  { entryPoint, network, steps, together = 1, overrides: own }: ActingEntry,
): Kernel {
  const layout = network?.layout ?? noNetwork;
  const acting = steps ?? actingSteps(layout, { noise: false });
  if (network) assertTurns(gpu, { what: "act in an environment", turns: turnsOfStep(layout) });
  const choice = choiceModules(layout.model.head, {
    actions,
    masked: false,
    legal: legalModule(spec),
  });
  const parameters = network && isWindowed(network) ? uniformParameters : storageParameters;
  const seen = seenModules(network?.moments);
  return gpu.kernel({
    file: shaderFile,
    modules: [
      episodeFile,
      parameters,
      ...layerModules(acting),
      ...choice.modules,
      legalRandom,
      ...seen.modules,
      ...environmentModules(spec),
      memberModule,
      sumModule,
    ],
    entryPoint,
    constants: {
      ...choice.constants,
      WIDTH: acting.width,
      TOGETHER: together,
      CHANNEL_FOURS: gpu.kernelProfile.channelFours,
      OBSERVATIONS: spec.observations,
      GRID: gridWidth,
    },
    overrides: {
      GROUP: gpu.kernelProfile.rolloutGroup,
      ...choice.overrides,
      ...seen.overrides,
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

/** The functions by which a network acts, in the order of their numbers in the shader. */
function layerFunctions({ steps }: ActingSteps): string[] {
  return [...new Set(steps.map(({ acting }) => acting.function))];
}

/** The files of the layers, each once, and `act_layer`, which calls the function of a layer's kind. */
function layerModules(acting: ActingSteps): ShaderFile[] {
  const files = acting.steps.flatMap(({ acting: { file, modules } }) => [file, ...modules ?? []]);
  const calls = layerFunctions(acting).map((name, kind) => {
    const call = `${name}(layer, first, places, lane);`;
    return kind === 0 ? `  ${call}` : `  if (layer.kind == ${kind}u) { ${call} }`;
  });
  if (calls.length > 1) calls[0] = `  if (layer.kind == 0u) { ${calls[0]!.trim()} }`;
  const text = [
    "fn act_layer(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {",
    ...calls,
    "}",
  ].join("\n");
  return [...new Map(files.map((file) => [file.name, file])).values(), { name: "act_layer", text }];
}

/** Words of the shader's `ActingLayer`. */
const layerWords = 12;

/** The table by which the shader finds the steps of a network: its `ActingLayer` of each. They write to either end in turn. */
export function createActingLayers(gpu: Gpu, acting: ActingSteps): Tensor<"u32"> {
  const functions = layerFunctions(acting);
  const table = new Tensor(gpu, [acting.steps.length, layerWords], { dtype: "u32", label: "acting layers" });
  for (
    const [i, { of: { blocks: [block], inputs, outputs }, acting: step, writes }] of acting.steps.entries()
  ) {
    const [a = 0, b = 0, c = 0, d = 0] = step.own ?? [];
    const output = i % 2 === 0 ? acting.width - writes : 0;
    const kind = functions.indexOf(step.function);
    const first = (block?.offset ?? 0) / 4;
    const words = Uint32Array.of(first, inputs, padded(outputs) / 4, kind, a, b, c, d, output);
    table.write(words, layerWords * i);
  }
  return table;
}

const anyDistribution = { atoms: 2, vMin: 0, vMax: 1, quantiles: 1, kappa: 1, dueling: false };

/** Files whose names an environment must not take: those of the kernels that will call it. */
export const actingFiles: readonly ShaderFile[] = [
  shaderFile,
  episodeFile,
  storageParameters,
  memberModule,
  sumModule,
  ...seenFiles,
  ...[
    dense({ width: 1, relu: false, sigma: 1 }),
    streams([1, 1], 1),
    ...layerNormalization({ relu: true }),
    conv({ channels: 1, size: 1, stride: 1, padding: "valid" }),
  ].map((layer) => layer([8, 1, 1])).flatMap((
    { acting, actingNoisily = [] },
  ) => [acting.file, ...actingNoisily.flatMap(({ file, modules = [] }) => [file, ...modules])]),
  ...[duelingHead, categoricalHead(anyDistribution), quantileHead(anyDistribution)].flatMap((
    { file, modules },
  ) => [
    file,
    ...modules ?? [],
  ]),
  ...choiceModules(noNetwork.model.head, { actions: 1, masked: false }).modules,
  legalRandom,
  {
    name: "rollout.wgsl",
    text: ["WIDTH", "TOGETHER", "CHANNEL_FOURS", "OBSERVATIONS", "ACTIONS", "GRID"].map((name) =>
      `const ${name} = 1u;`
    ).join(
      "\n",
    ),
  },
  { name: "act_layer", text: "fn act_layer() {}" },
];

/**
 * Environments that a workgroup plays in, where there are several: each weight is read once for all of them. They are
 * fewer where the outputs of wide layers do not fit into its memory.
 */
export function playedTogether({ device: { limits } }: Gpu, { width }: ActingSteps): number {
  const bytes = (together: number) =>
    workgroupBytes({ file: shaderFile, constants: { WIDTH: width, TOGETHER: together } });
  return [4, 2].find((together) => bytes(together) <= limits.maxComputeWorkgroupStorageSize) ?? 1;
}

/**
 * Turns of all loops of an invocation in one dispatch of several steps, fewer than `softwareTurns`: what is left out of
 * {@linkcode turnsOfStep} has room above. On no device does a dispatch of so few take long.
 */
export const mostTurns = 48_000;

/** Invocations that share a layer's columns, in fours, where they are the fewest that have such a limit. */
const fewestLanes = kernelProfiles.software.rolloutGroup;

/**
 * The most turns of loops that one invocation takes for a step, roughly: over what is observed, over the inputs of its columns, and
 * three times over what is normalized, which has no parameters of its own.
 */
function turnsOfStep({ layers, widths }: Pick<NetworkLayout, "layers" | "widths">): number {
  const turns = layers.flatMap(({ outputs, blocks }) =>
    blocks.length === 0
      ? 3 * outputs / 4
      : blocks.map(({ inputs, outputs: columns, channels }) =>
        channels === undefined
          ? Math.ceil(columns / 4 / fewestLanes) * inputs / 4
          : Math.ceil(outputs / 4 / fewestLanes) * inputs * 1.5 // One by one, in loops over rows and columns.
      )
  );
  return turns.reduce((sum, count) => sum + count, 4 * widths[0]!);
}

/** Steps of one dispatch: `most`, or fewer where the network or what it observes is large. */
export function stepsOfDispatch(layout: Pick<NetworkLayout, "layers" | "widths">, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(mostTurns / turnsOfStep(layout))));
}
