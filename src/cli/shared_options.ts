/** Options that several commands have: the device, seeds. @module */
import { type CommandLine, type Option, wholeNumber } from "../command/command.ts";
import { UsageError } from "../core/errors.ts";
import { type DeviceChoice, deviceChoices, parseDevice } from "../gpu/choice.ts";

/** Of the commands that open a device. */
export const deviceOption: Option = {
  name: "device",
  value: deviceChoices.join("|"),
  help:
    "Where the kernels run, instead of the config's device: auto takes a GPU where there is one, else wasm.",
};

/** Of the commands that play with a saved agent. */
export const noiseOption: Option = {
  name: "noise",
  help: "Draw noise in noisy layers, as training does; by default as the config's evaluation.noise says.",
};

/** What was given of the device; undefined where nothing was. @throws {UsageError} When it is no device. */
export function givenDevice(given: CommandLine): DeviceChoice | undefined {
  const text = given.value(deviceOption.name);
  return text === undefined ? undefined : parseDevice(text, `Option --${deviceOption.name}`);
}

/** The same as values that are set of a config. */
export function deviceAssignments(given: CommandLine): string[] {
  const device = givenDevice(given);
  return device === undefined ? [] : [`device=${device}`];
}

/** Seeds that were given as in `3,5,7`. @throws {UsageError} When they are none, or not different. */
export function seedList(text: string): number[] {
  const seeds = text.split(",").map((seed) => wholeNumber(seed, { option: "seeds", least: 0 }));
  if (new Set(seeds).size === seeds.length) return seeds;
  throw new UsageError(`Option --seeds is "${text}", wanted seeds that differ`);
}
