/** Device environments from given states and seeds, one invocation an environment. @module */
import {
  type DeviceEnvironmentOptions,
  type DeviceEnvironmentSpec,
  environmentOverrides,
} from "../../src/device_envs/device_environment.ts";
import { environmentModules } from "../../src/device_envs/environment_modules.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/device_registry.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";

const text = `struct Params {
  count: u32,
  steps: u32,
  observations: u32,
}

@group(0) @binding(0) var<storage, read> streams: array<Stream>;
@group(0) @binding(0) var<storage, read> states: array<State>;
@group(0) @binding(1) var<storage, read> actions: array<u32>;
@group(0) @binding(1) var<storage, read_write> begun: array<State>;
@group(0) @binding(2) var<storage, read_write> begun_seen: array<f32>;
@group(0) @binding(2) var<storage, read_write> passed: array<State>;
@group(0) @binding(3) var<storage, read_write> passed_seen: array<f32>;
@group(0) @binding(4) var<storage, read_write> outcomes: array<vec2f>;
@group(0) @binding(8) var<uniform> params: Params;

@compute @workgroup_size(64)
fn begin(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.count) { return; } // guard
  let state = env_reset(streams[id.x]);
  begun[id.x] = state;
  for (var k = 0u; k < params.observations; k++) {
    begun_seen[id.x * params.observations + k] = env_observe(state, k);
  }
}

@compute @workgroup_size(64)
fn follow(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.count) { return; } // guard
  var state = states[id.x];
  for (var t = 0u; t < params.steps; t++) {
    let at = id.x * params.steps + t;
    let step = env_step(state, actions[at]);
    state = step.state;
    passed[at] = state;
    outcomes[at] = vec2f(step.reward, f32(step.terminated));
    for (var k = 0u; k < params.observations; k++) {
      passed_seen[at * params.observations + k] = env_observe(state, k);
    }
  }
}
`;
const file = { name: "follow.wgsl", text };

/** A registered environment with its options. */
export interface Chosen {
  readonly spec: DeviceEnvironmentSpec;
  readonly options?: DeviceEnvironmentOptions;
  /** 32-bit words of its State. */
  readonly words: number;
}

/** The registered environment `id`. */
export function chosen(id: string, words: number, options: DeviceEnvironmentOptions = {}): Chosen {
  return { spec: deviceEnvironmentSpec(id)!, options, words };
}

/** States as words, and what is seen in each. */
export interface Seen {
  readonly states: readonly Uint32Array<ArrayBuffer>[];
  readonly observations: readonly Float32Array<ArrayBuffer>[];
}

/** The starts of the episodes given as pairs of seed and episode. */
export async function begin(
  gpu: Gpu,
  { spec, options, words }: Chosen,
  streams: readonly (readonly [seed: number, episode: number])[],
): Promise<Seen> {
  const count = streams.length;
  const read = tensor(gpu, streams.flat());
  const states = new Tensor<"u32">(gpu, [count, words], { dtype: "u32" });
  const observations = new Tensor<"f32">(gpu, [count, spec.observations]);
  const program = new Recorder(gpu);
  program.dispatch(
    gpu.kernel({
      file,
      entryPoint: "begin",
      modules: environmentModules(spec),
      overrides: environmentOverrides(spec, options),
    }),
    {
      tensors: { streams: read, begun: states, begun_seen: observations },
      sizes: { count, observations: spec.observations },
      workgroups: [Math.ceil(count / 64)],
    },
  );
  gpu.enqueue(program);
  return {
    states: rows(await states.read(), count, words),
    observations: rows(await observations.read(), count, spec.observations),
  };
}

/** What follows from `states` by `actions`, as many of each state: states and outcomes are `[state, step]`. */
export async function follow(
  gpu: Gpu,
  { spec, options, words }: Chosen,
  { states, actions }: {
    readonly states: readonly Uint32Array[];
    readonly actions: readonly (readonly number[])[];
  },
): Promise<Seen & { readonly rewards: readonly number[]; readonly terminated: readonly boolean[] }> {
  const steps = actions[0]!.length;
  const count = states.length;
  const all = count * steps;
  const passed = new Tensor<"u32">(gpu, [all, words], { dtype: "u32" });
  const observations = new Tensor<"f32">(gpu, [all, spec.observations]);
  const outcomes = new Tensor<"f32">(gpu, [all, 2]);
  const program = new Recorder(gpu);
  program.dispatch(
    gpu.kernel({
      file,
      entryPoint: "follow",
      modules: environmentModules(spec),
      overrides: environmentOverrides(spec, options),
    }),
    {
      tensors: {
        states: tensor(gpu, states.flatMap((state) => [...state])),
        actions: tensor(gpu, actions.flat()),
        passed,
        passed_seen: observations,
        outcomes,
      },
      sizes: { count, steps, observations: spec.observations },
      workgroups: [Math.ceil(count / 64)],
    },
  );
  gpu.enqueue(program);
  const pairs = rows(await outcomes.read(), all, 2);
  return {
    states: rows(await passed.read(), all, words),
    observations: rows(await observations.read(), all, spec.observations),
    rewards: pairs.map(([reward]) => reward!),
    terminated: pairs.map(([, terminated]) => terminated === 1),
  };
}

/** The words of a State of floats. */
export function floatState(values: readonly number[]): Uint32Array<ArrayBuffer> {
  return new Uint32Array(Float32Array.from(values).buffer);
}

/** The floats of a State of floats. */
export function floatsOf(state: Uint32Array<ArrayBuffer>): number[] {
  return [...new Float32Array(state.slice().buffer)];
}

function tensor(gpu: Gpu, values: readonly number[]): Tensor<"u32"> {
  const made = new Tensor<"u32">(gpu, [values.length], { dtype: "u32" });
  made.write(Uint32Array.from(values));
  return made;
}

function rows<A extends Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>>(
  values: A,
  count: number,
  width: number,
): A[] {
  return Array.from({ length: count }, (_, i) => values.subarray(i * width, (i + 1) * width) as A);
}
