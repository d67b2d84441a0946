/** Options that several commands have: the device, seeds, numbers. @module */
import { UsageError } from "../core/errors.ts";
import { type DeviceChoice, deviceChoices, parseDevice } from "../gpu/choice.ts";
import type { CommandLine, Option } from "./command.ts";

/** Of the commands that open a device. */
export const deviceOption: Option = {
  name: "device",
  value: deviceChoices.join("|"),
  help:
    "Where the kernels run, instead of the config's device: auto takes a GPU where there is one, else wasm.",
};

/** What was given of it; undefined where nothing was. @throws {UsageError} When it is no device. */
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

/** A whole number of at least `least` that was given as an option. @throws {UsageError} When it is none. */
export function wholeNumber(
  text: string,
  { option, least, most = 0xffffffff }: { option: string; least: number; most?: number },
): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new UsageError(`Option --${option} is "${text}", wanted an integer from ${least} to ${most}`);
}
