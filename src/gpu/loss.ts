/** Why a device was lost, in words that help. @module */
import { TrainingError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";
import { mostTurns } from "../wasm/code/kernel_code.ts";
import type { LostInfo } from "../wasm/device/context.ts";
import type { Kernel } from "./kernel.ts";

/** The error that ends the work on a lost device; `kernels` are those that it had. */
export function lossError(info: GPUDeviceLostInfo | LostInfo, kernels: Iterable<Kernel>): TrainingError {
  const { line, pipeline } = info as LostInfo; // WebGPU's own does not have them.
  const kernel = [...kernels].find((kernel) => kernel.pipeline === pipeline);
  if (kernel && line !== undefined) {
    const { place, text } = kernel.sourceLine(line);
    return new TrainingError(
      `Cannot run ${kernel.label}: a loop took ${
        whole(mostTurns)
      } turns, wanted one that ends\n${place}: ${text}`,
    );
  }
  return new TrainingError(
    `The GPU device was lost (${info.reason}): ${info.message}. Start again from the last checkpoint; ` +
      "if it happens again, use smaller layers, a smaller batch or fewer environments, or update the driver.",
  );
}
