/** The devices of runs. @module */
import { Gpu, type GpuOptions } from "../gpu/device.ts";
import { tuneSoftwareAdapter } from "../gpu/software.ts";
import { largestProduct, type LearnerOptions } from "../learner/options.ts";
import { type DeepRunConfig, learnerOptions } from "./learner_options.ts";
import { isDeep } from "./agent_config.ts";
import type { RunConfig } from "./run_config.ts";
import { environmentSpaces } from "./environment_spaces.ts";

/** What a run asks of its device. */
export function deviceOptions({ device, kernelProfile }: RunConfig): GpuOptions {
  return { device, kernelProfile };
}

/** Opens a device for a learner. @throws {UsageError} When no adapter answers. */
export async function openLearnerDevice(learner: LearnerOptions, options: GpuOptions): Promise<Gpu> {
  tuneSoftwareAdapter(workOf(learner));
  return await Gpu.open(options);
}

/** Multiply-adds of the largest matrix product, of all members. */
function workOf(learner: LearnerOptions): number {
  return largestProduct(learner) * learner.members.length;
}

/** One device for all runs that ask the same of it: it is opened, and its kernels are compiled, once. */
export class SharedDevices implements Disposable {
  readonly #open = new Map<string, Gpu>();

  /** Opens nothing yet; settings of the software adapter are made for the largest of these groups that train together. */
  constructor(groups: readonly (readonly RunConfig[])[]) {
    const work = groups.map((group) => {
      const learning = group.filter((config): config is DeepRunConfig => isDeep(config.agent));
      const [first] = learning;
      return first ? workOf(learnerOptions(learning, environmentSpaces(first))) : 0;
    });
    const largest = Math.max(0, ...work);
    if (largest > 0) tuneSoftwareAdapter(largest);
  }

  /** The device of a run; undefined if its agent needs none. @throws {UsageError} When no adapter answers. */
  async of(config: RunConfig): Promise<Gpu | undefined> {
    if (!isDeep(config.agent)) return undefined;
    const key = keyOf(config);
    let gpu = this.#open.get(key);
    if (!gpu) this.#open.set(key, gpu = await Gpu.open(deviceOptions(config)));
    return gpu;
  }

  /** Gives back the device of a run; the next one that asks for it gets another. */
  close(config: RunConfig): void {
    this.#open.get(keyOf(config))?.close();
    this.#open.delete(keyOf(config));
  }

  /** Gives the devices back. */
  [Symbol.dispose](): void {
    for (const gpu of this.#open.values()) gpu.close();
    this.#open.clear();
  }
}

function keyOf(config: RunConfig): string {
  return JSON.stringify(deviceOptions(config));
}
