/** Whether a device environment can be used, found out before it is: its text, its State, and what it shows. @module */
import probe from "../../shaders/probe.wgsl" with { type: "text" };
import { UsageError } from "../core/errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { Kernel, type KernelSpec, type ShaderFile } from "../gpu/kernel.ts";
import { type Dispatch, Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { legalAll, legalRandom } from "../ops/head.ts";
import { assertDeclarations, assertNamesFree, assertReadable } from "./check_text.ts";
import {
  actionsOf,
  assertWidths,
  type DeviceEnvironmentOptions,
  type DeviceEnvironmentSpec,
  environmentOverrides,
} from "./device_environment.ts";
import { bitsForm, environmentModules, legalForm, legalModule } from "./environment_modules.ts";

/** How an environment is going to be used. */
export interface InspectOptions {
  /** Its own options. */
  readonly options?: DeviceEnvironmentOptions;
  /** Files of the kernels that will call it, whose names it must not take. Default: none. */
  readonly beside?: readonly ShaderFile[];
}

/** What an inspection found. */
export interface DeviceEnvironmentFacts {
  /** Bytes from one State to the next in an array. */
  readonly stateBytes: number;
}

/** Calls what an environment declares, and holds it to the types. Its file is compiled with this and nothing else. */
const contract: ShaderFile = {
  name: "contract",
  text: `@compute @workgroup_size(1)
fn contract() {
  let state: State = env_reset(Stream(0u, 0u)); // fn env_reset(stream: Stream) -> State
  let step: Step = env_step(state, 0u); // fn env_step(state: State, action: u32) -> Step
  let entry: f32 = env_observe(step.state, 0u); // fn env_observe(state: State, i: u32) -> f32
  let bits: u32 = env_bits(step.state, 0u); // ${bitsForm}
  let legal: bool = env_legal(step.state, 0u); // ${legalForm}
}`,
};

const probeFile: ShaderFile = { name: "probe.wgsl", text: probe };

/** Bytes of a State up to which floor(roomBytes / bytes) tells them, and of the buffer that States are counted in. */
const toldBytes = 2 ** 12;
const roomBytes = toldBytes ** 2;

/** The time that drivers take to compile a kernel grows with the square of a State: with this one it is bearable. */
const stateBytesLimit = 2 ** 9;

/** Environments and resets and steps of each that are played, with the workgroups of `play`, 64 environments each. */
const played = { workgroups: 4, environments: 256, turns: 300 } as const;

/** Numbers of an environment's observations that are looked at, unless those are of fewer than {@linkcode leastTurns} turns. */
const playedNumbers = 64 * played.turns;
const leastTurns = 30;
const faultWords = 5;
/** `found` where that is a number. */
const faultNumber = 1;

const inspected = new WeakMap<Gpu, Map<string, Promise<DeviceEnvironmentFacts>>>();

/**
 * Compiles an environment by itself, so that errors are those of its own lines, measures its State, and plays a few
 * hundred steps of random legal actions in a few hundred environments. It is done once per device, text and options.
 *
 * @throws {UsageError} When the text declares too little, too much or a taken name, or does not compile; when a State
 * cannot be kept in a buffer; when an observation or a reward is not finite, or no action legal; and for options as `environmentOverrides`.
 */
export async function inspectDeviceEnvironment(
  gpu: Gpu,
  spec: DeviceEnvironmentSpec,
  { options = {}, beside = [] }: InspectOptions = {},
): Promise<DeviceEnvironmentFacts> {
  const overrides = environmentOverrides(spec, options);
  assertWidths(spec, `Cannot use environment "${spec.id}"`, options);
  assertReadable(spec);
  assertDeclarations(spec);
  assertNamesFree(spec, [contract, probeFile, legalAll, legalRandom, ...beside]);
  const modules = environmentModules(spec);
  const { id, observations, maxEpisodeSteps } = spec;
  const actions = actionsOf(spec, options);
  const key = JSON.stringify([id, observations, actions, maxEpisodeSteps, overrides, modules]);
  let known = inspected.get(gpu);
  if (!known) inspected.set(gpu, known = new Map());
  let facts = known.get(key);
  if (!facts) known.set(key, facts = new Inspection(gpu, { ...spec, actions }, overrides).facts());
  return await facts;
}

/** A spec whose number of actions is that of the options at hand. */
type InspectedSpec = DeviceEnvironmentSpec & { readonly actions: number };

class Inspection {
  readonly #gpu: Gpu;
  readonly #spec: InspectedSpec;
  readonly #overrides: Readonly<Record<string, number>>;

  constructor(gpu: Gpu, spec: InspectedSpec, overrides: Readonly<Record<string, number>>) {
    this.#gpu = gpu;
    this.#spec = spec;
    this.#overrides = overrides;
  }

  /** Measures before anything that uses a State is compiled, which takes a driver minutes where it is large. */
  async facts(): Promise<DeviceEnvironmentFacts> {
    const stateBytes = await this.#measure();
    await this.#assertContract();
    await this.#play();
    return { stateBytes };
  }

  async #assertContract(): Promise<void> {
    await this.#compile("it does not compile", {
      file: contract,
      entryPoint: "contract",
    });
  }

  async #measure(): Promise<number> {
    const kernel = await this.#compile(
      "its State cannot be kept in a buffer, wanted 32-bit numbers, vectors and arrays of them",
      this.#probe("measure"),
    ).catch(async (error) => {
      await this.#assertContract(); // Tells it where it does not compile without the buffer either.
      throw error;
    });
    const room = new Tensor<"u32">(this.#gpu, [roomBytes / 4], { dtype: "u32", label: "room for states" });
    const { device } = this.#gpu;
    device.pushErrorScope("validation");
    const [count] = await this.#run(kernel, { tensors: { room }, workgroups: [1] }, {
      result: "count",
      words: 1,
    });
    const isTooLarge = await device.popErrorScope() !== null; // The room does not hold one State.
    room.dispose();
    const stateBytes = isTooLarge ? Infinity : Math.floor(roomBytes / count! / 4) * 4;
    if (stateBytes <= stateBytesLimit) return stateBytes;
    const found = stateBytes <= toldBytes ? stateBytes : `more than ${toldBytes}`;
    throw new UsageError(
      `Cannot use environment "${this.#spec.id}": its State takes ${found} bytes, wanted at most ${stateBytesLimit}`,
    );
  }

  /** Throws UsageError for the earliest number that is not finite, or the earliest state without a legal action. */
  async #play(): Promise<void> {
    const { id, observations, maxEpisodeSteps = 0 } = this.#spec;
    const kernel = await this.#compile("it does not compile", this.#probe("play"));
    const turns = Math.max(leastTurns, Math.min(played.turns, Math.floor(playedNumbers / observations)));
    const faults = await this.#run(kernel, {
      tensors: {},
      sizes: { observations, turns, limit: maxEpisodeSteps },
      workgroups: [played.workgroups],
    }, { result: "faults", words: played.environments * faultWords });
    const numbers = new Float32Array(faults.buffer);
    let earliest: string | undefined;
    let earliestStep = Infinity;
    for (let at = 0; at < faults.length; at += faultWords) {
      const [found, step, action, entry] = faults.subarray(at, at + 4);
      if (found === 0 || step! >= earliestStep) continue;
      earliestStep = step!;
      const when = step === 0 ? "after a reset" : `after action ${action} at step ${step}`;
      const what = entry === observations ? "the reward" : `observation ${entry}`;
      earliest = found === faultNumber
        ? `${what} is ${numbers[at + 4]} ${when}, wanted finite numbers`
        : `no action is legal ${when}, wanted one at least while the episode goes on`;
    }
    if (earliest === undefined) return;
    throw new UsageError(`Cannot use environment "${id}": ${earliest}`);
  }

  #probe(entryPoint: string): KernelSpec {
    const { actions } = this.#spec;
    const modules = [legalModule(this.#spec), legalRandom];
    return { file: probeFile, modules, entryPoint, constants: { ACTIONS: actions } };
  }

  /** Compiles outside `Gpu.kernel`: one that fails there would fail every later `Gpu.ready`. */
  async #compile(fault: string, spec: KernelSpec): Promise<Kernel> {
    const kernel = new Kernel(this.#gpu.device, {
      ...spec,
      modules: [...spec.modules ?? [], ...environmentModules(this.#spec)],
      overrides: this.#overrides,
    });
    try {
      await kernel.compiled;
    } catch (error) {
      this.#gpu.check();
      const lines = (error as Error).message.split("\n").slice(1);
      const reason = lines.length > 0 ? lines.join("\n") : (error as Error).message;
      throw new UsageError(`Cannot use environment "${this.#spec.id}": ${fault}\n${reason}`, {
        cause: error,
      });
    }
    return kernel;
  }

  /** What a kernel writes to its variable `result` in one dispatch. */
  async #run(
    kernel: Kernel,
    dispatch: Dispatch,
    { result: name, words }: { readonly result: string; readonly words: number },
  ): Promise<Uint32Array<ArrayBuffer>> {
    const result = new Tensor<"u32">(this.#gpu, [words], { dtype: "u32", label: "probe" });
    const program = new Recorder(this.#gpu);
    program.dispatch(kernel, { ...dispatch, tensors: { ...dispatch.tensors, [name]: result } });
    this.#gpu.enqueue(program);
    const values = (await result.read()).slice(0, words);
    program.dispose();
    result.dispose();
    return values;
  }
}
