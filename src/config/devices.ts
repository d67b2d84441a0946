/** Devices that several runs share, one after another. @module */
import { sizeOf } from "../core/spaces.ts";
import { Gpu } from "../gpu/device.ts";
import type { KernelProfileName } from "../gpu/profiles.ts";
import { tuneSoftwareAdapter } from "../gpu/software.ts";
import { largestProduct } from "../learner/options.ts";
import { makeEnvironment } from "./environments.ts";
import { learnerOptions } from "./learner_options.ts";
import type { RunConfig } from "./run_config.ts";

/** One device for all runs of a kernel profile: it is opened, and its kernels are compiled, once. */
export class SharedDevices {
  readonly #open = new Map<KernelProfileName, Gpu>();

  /** Opens nothing yet; settings of the software adapter are made for the largest of these runs. */
  constructor(configs: readonly RunConfig[]) {
    const largest = configs.reduce((most, config) => Math.max(most, largestProductOf(config)), 0);
    if (largest > 0) tuneSoftwareAdapter(largest);
  }

  /** The device of a run; undefined if its agent needs none. @throws {UsageError} When no adapter answers. */
  async of({ agent, kernelProfile }: RunConfig): Promise<Gpu | undefined> {
    if (agent.kind !== "dqn") return undefined;
    let gpu = this.#open.get(kernelProfile);
    if (!gpu) this.#open.set(kernelProfile, gpu = await Gpu.open({ kernelProfile }));
    return gpu;
  }

  /** Gives the devices back. */
  close(): void {
    for (const gpu of this.#open.values()) gpu.close();
    this.#open.clear();
  }
}

/** Multiply-adds, see {@linkcode largestProduct}; 0 for an agent without a network. */
function largestProductOf(config: RunConfig): number {
  const { agent } = config;
  if (agent.kind !== "dqn") return 0;
  const { observationSpace, actionSpace } = makeEnvironment(config);
  const shape = { width: sizeOf(observationSpace), actions: actionSpace.n, masked: false };
  return largestProduct(learnerOptions({ ...config, agent }, shape));
}
