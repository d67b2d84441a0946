/** Mutants that no test can notice, each with its reason. @module */
import type { Mutant } from "./mutate.ts";

/** A mutant by its file and its line before and after, without the blanks at their ends. */
export interface Equivalent extends Pick<Mutant, "file" | "before" | "after"> {
  /** Why nothing changes that anybody could see. */
  readonly reason: string;
}

/** All that have been looked at. */
export const equivalents: readonly Equivalent[] = [
  {
    file: "shaders/optimizer.wgsl",
    before: "for (var l = 1u; l < params.blocks; l++) {",
    after: "for (var l = 0u; l < params.blocks; l++) {",
    reason: "The search begins with block 0 as its result, and block 0 begins at 0: it is found once more.",
  },
  {
    file: "shaders/rollout.wgsl",
    before: "var any = false;",
    after: "var any = true;",
    reason: "Layers are passed in vain where no environment wants them: nobody looks at what comes of it.",
  },
  {
    file: "src/device_envs/acting.ts",
    before: "const noNetwork = networkLayout(perceptron([1, 1]));",
    after: "const noNetwork = networkLayout(perceptron([ 1]));",
    reason:
      "The first size is that of the observation and the last the number of actions, where there is one too.",
  },
  {
    file: "src/train/host_collector.ts",
    before: "const updatesPerReport = 2048;",
    after: "const updatesPerReport = 2049;",
    reason:
      "How many updates go by between two reports decides nothing, up to the 4,096 that the device keeps.",
  },
];
