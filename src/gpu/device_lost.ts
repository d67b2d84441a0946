/** Why a device was lost, in words that help. @module */
import { DeviceError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";
import { mostTurns } from "../wasm/code/kernel_code.ts";
import type { LostInfo } from "../wasm/device/context.ts";
import { kernelOf } from "./kernel.ts";

/** The error that ends the work on a lost device. */
export function lossError(info: GPUDeviceLostInfo | LostInfo): DeviceError {
  const { line, pipeline } = info as LostInfo; // WebGPU's own does not have them.
  const kernel = pipeline && kernelOf(pipeline);
  if (kernel && line !== undefined) {
    const { place, text } = kernel.sourceLine(line);
    return new DeviceError(
      `Cannot run ${kernel.label}: its loops took ${whole(mostTurns)} turns in one invocation, ` +
        `the last of them here, wanted fewer\n${place}: ${text}`,
    );
  }
  const reason = info.message === "" ? "" : `: ${info.message.replace(/\.$/, "")}`;
  return new DeviceError(
    `The GPU device was lost (${info.reason})${reason}. If it happens again, use smaller layers, a smaller batch or ` +
      "fewer environments, or update the driver.",
  );
}
