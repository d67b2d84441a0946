/** What acting in device environments takes, in training and in evaluation: the shared part of `shaders/rollout.wgsl`. @module */
import storageText from "../../shaders/parameters_storage.wgsl" with { type: "text" };
import uniformText from "../../shaders/parameters_uniform.wgsl" with { type: "text" };
import shader from "../../shaders/rollout.wgsl" with { type: "text" };
import type { Gpu } from "../gpu/device.ts";
import { type Kernel, type KernelSpec, type ShaderFile, windowBytes } from "../gpu/kernel.ts";
import { workgroupBytes } from "../gpu/workgroup_memory.ts";
import { Recorder, type Window } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { memberModule } from "../ops/elementwise.ts";
import { type NetworkLayout, padded } from "../ops/layout.ts";
import {
  type DeviceEnvironmentOptions,
  type DeviceEnvironmentSpec,
  environmentModules,
  environmentOverrides,
} from "./device_environment.ts";
import { inspectDeviceEnvironment } from "./inspect.ts";

/** An environment that has been looked at, and how it is to be run. */
export interface DeviceEnvironment {
  /** What it is made of. */
  readonly spec: DeviceEnvironmentSpec;
  /** Values of its `override` constants. */
  readonly overrides: Readonly<Record<string, number>>;
  /** Bytes of its State in an array. */
  readonly stateBytes: number;
  /** The time limit in steps; null for none. */
  readonly maxEpisodeSteps: number | null;
}

/** A population's networks, as far as acting needs them. */
export interface ActingNetwork {
  /** Of each member. */
  readonly layout: NetworkLayout;
  /** `[P, 2, N]`, both layouts. */
  readonly parameters: Tensor<"f32">;
}

/** How a run uses an environment. */
export interface DeviceEnvironmentUse {
  /** Its own options, none by default. */
  readonly options?: DeviceEnvironmentOptions;
  /** The time limit in steps in place of the spec's; null for none. */
  readonly maxEpisodeSteps?: number | null;
}

/**
 * An environment, ready to be acted in.
 *
 * @throws {UsageError} When it cannot be used, see `inspectDeviceEnvironment`.
 */
export async function prepareDeviceEnvironment(
  gpu: Gpu,
  spec: DeviceEnvironmentSpec,
  { options = {}, maxEpisodeSteps = spec.maxEpisodeSteps ?? null }: DeviceEnvironmentUse = {},
): Promise<DeviceEnvironment> {
  const beside = [shaderFile, storageParameters, memberModule, constantsFile];
  const { stateBytes } = await inspectDeviceEnvironment(gpu, spec, { options, beside });
  return { spec, overrides: environmentOverrides(spec, options), stateBytes, maxEpisodeSteps };
}

/** How an episode ended. */
export interface EpisodeEnd {
  /** The task was over. */
  readonly terminated: boolean;
  /** The time limit was reached. */
  readonly truncated: boolean;
  /** It terminated with a reward of a win. */
  readonly won: boolean;
  /** Steps. */
  readonly length: number;
}

/** Whether an `end` in the shader tells of a number that is not finite. */
export function isAtFault(end: number): boolean {
  return (end & 7) === 4;
}

/** How an episode ended, by the number `end` in the shader; undefined where it goes on. */
export function readEnd(end: number): EpisodeEnd | undefined {
  if (end === 0) return undefined;
  const [terminated, truncated, won] = [1, 2, 4].map((bit) => (end & bit) !== 0) as [
    boolean,
    boolean,
    boolean,
  ];
  return { terminated, truncated, won, length: end >>> 3 };
}

/** More steps than an episode has where there is no time limit, and more episodes than a member plays. */
export const unlimited = 0xffffffff;

/** The fields of the shader's `Params`, in order. */
const paramNames = [
  "environments",
  "members",
  "steps",
  "limit",
  "layers",
  "total",
  "capacity",
  "row",
  "next",
  "outcome",
  "records",
  "syncUnit",
] as const;

/** The values of the shader's `Params` that an entry point reads; the others are 0. */
export type ActingParams = Partial<Record<typeof paramNames[number], number>>;

/** `params` in the order of the shader's struct. */
export function actingParams(params: ActingParams): number[] {
  return paramNames.map((name) => params[name] ?? 0);
}

/** An entry point of the shader, and its number of bindings. */
export interface ActingEntry extends Pick<KernelSpec, "entryPoint" | "reads" | "writes" | "overrides"> {
  /** The widest layer, bias left out, in fours. */
  readonly width: number;
  /** Environments that a workgroup plays in. */
  readonly together: number;
  /** Whether the parameters, the first of the reads, are a uniform window. */
  readonly windowed?: boolean;
}

const storageParameters: ShaderFile = { name: "parameters_storage.wgsl", text: storageText };
const uniformParameters: ShaderFile = { name: "parameters_uniform.wgsl", text: uniformText };

/** How the shader reads the parameters: through a uniform window where those of all members fit into one. */
export function actingParameters(
  { layout, parameters }: ActingNetwork,
): { readonly windowed: boolean; readonly bound: Tensor | Window } {
  const members = parameters.shape[0]!;
  const floats = members === 1 ? layout.total : parameters.size; // Of one member, the first layout is enough.
  const windowed = parameters.windowed && floats * 4 <= windowBytes;
  return { windowed, bound: windowed ? { tensor: parameters, offset: 0 } : parameters };
}

/** Workgroups in x, beyond which {@linkcode grid} goes on in y. */
const gridWidth = 32768;

/** So many workgroups or a few more, of those entry points that count them by both of their numbers. */
export function grid(workgroups: number): [x: number, y: number] {
  return [Math.min(workgroups, gridWidth), Math.ceil(workgroups / gridWidth)];
}

const shaderFile: ShaderFile = { name: "rollout.wgsl", text: shader };

/** Names that are appended to the shader, which an environment must not take. */
const constantsFile: ShaderFile = {
  name: "rollout.wgsl",
  text: ["WIDTH", "TOGETHER", "OBSERVATIONS", "ACTIONS", "GRID"].map((name) => `const ${name} = 1u;`).join(
    "\n",
  ),
};

/** A kernel of the shader that plays in `environment`. */
export function actingKernel(gpu: Gpu, { spec, overrides }: DeviceEnvironment, entry: ActingEntry): Kernel {
  const { entryPoint, reads, writes, width, together, windowed = false } = entry;
  return gpu.kernel({
    file: shaderFile,
    modules: [windowed ? uniformParameters : storageParameters, ...environmentModules(spec), memberModule],
    entryPoint,
    reads,
    writes,
    windows: Number(windowed),
    constants: {
      WIDTH: width,
      TOGETHER: together,
      OBSERVATIONS: spec.observations,
      ACTIONS: spec.actions,
      GRID: gridWidth,
    },
    overrides: {
      GROUP: gpu.kernelProfile.rolloutGroup,
      ...spec.wonFrom === undefined ? {} : { WON_FROM: spec.wonFrom },
      ...overrides,
      ...entry.overrides,
    },
  });
}

/** The widest layer of a network, in fours. */
export function widestLayer({ sizes }: NetworkLayout): number {
  return padded(Math.max(...sizes)) / 4;
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

/** An episode's return, from its sum of rewards in float32 and what rounding took off that. */
export function readReturn(total: number, rest: number): number {
  return Number.isFinite(total) ? total + rest : total;
}

/** Words of a record: `end`, sum of rewards in two parts, see {@linkcode readEnd} and {@linkcode readReturn}. */
export const recordWords = 3;

/** Words of a slot beside its State. */
const slotWords = 8;

/** Slots of `count` environments: seed, episode, length, sum of rewards in two parts, three words unused, State. */
export function createSlots(gpu: Gpu, { stateBytes }: DeviceEnvironment, count: number): Tensor<"u32"> {
  return new Tensor(gpu, [count, slotWords + stateBytes / 4], { label: "environments", dtype: "u32" });
}

/** Starts episode 0 in every slot, from (seed, member) `[slots, 2]`. */
export function beginEpisodes(
  gpu: Gpu,
  environment: DeviceEnvironment,
  { episodes, slots }: { readonly episodes: Tensor<"u32">; readonly slots: Tensor<"u32"> },
): void {
  const count = slots.shape[0]!;
  const program = new Recorder(gpu);
  program.dispatch(
    actingKernel(gpu, environment, {
      entryPoint: "begin_episodes",
      reads: 1,
      writes: 1,
      width: 4,
      together: 1,
    }),
    {
      reads: [episodes],
      writes: [slots],
      params: actingParams({ environments: count }),
      workgroups: grid(Math.ceil(count / gpu.kernelProfile.rolloutGroup)),
    },
  );
  gpu.enqueue(program);
  program.dispose();
}

/** The table by which the shader finds the layers of a network: `[layers, 4]`. */
export function createActingLayers(gpu: Gpu, { layers }: NetworkLayout): Tensor<"u32"> {
  const table = new Tensor(gpu, [layers.length, 4], { dtype: "u32", label: "acting layers" });
  const rows = layers.map(({ offset, inputs, columns }) => [offset / 4, inputs, columns / 4, 0]);
  table.write(Uint32Array.from(rows.flat()));
  return table;
}
