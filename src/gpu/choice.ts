/** The kinds of devices that kernels run on, and how one is asked for. @module */
import { didYouMean, UsageError } from "../core/errors.ts";
import { variable } from "./variables.ts";

/** Kinds of devices: WebGPU's, software adapters among them; and our own in WebAssembly with SIMD, which every machine has. */
export type DeviceKind = "webgpu" | "wasm";

/** A device that is asked for. `auto` takes a GPU where WebGPU has one, else `wasm`. */
export type DeviceChoice = "auto" | DeviceKind;

/** All choices. */
export const deviceChoices: readonly DeviceChoice[] = ["auto", "webgpu", "wasm"];

/** What `auto` stands for on this machine, so that tests run on either device. */
const choiceVariable = "QERNEL_DEVICE";

/** A choice out of a text, which `place` calls, as in `Option --device`. @throws {UsageError} When it is none. */
export function parseDevice(text: string, place: string): DeviceChoice {
  const choice = deviceChoices.find((known) => known === text);
  if (choice) return choice;
  throw new UsageError(
    `${place} is "${text}", wanted one of ${deviceChoices.join(", ")}${didYouMean(text, deviceChoices)}`,
  );
}

/** The choice, with `auto` as what the environment variable QERNEL_DEVICE says, where it may be read and is set. */
export function settledChoice(choice: DeviceChoice): DeviceChoice {
  const text = choice === "auto" ? variable(choiceVariable) : undefined;
  return text ? parseDevice(text, choiceVariable) : choice;
}
