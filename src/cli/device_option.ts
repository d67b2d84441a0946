/** The option of the commands that open a device. @module */
import { type DeviceChoice, deviceChoices, parseDevice } from "../gpu/choice.ts";
import type { Given, Option } from "./command.ts";

/** For the table of a command. */
export const deviceOption: Option = {
  name: "device",
  value: deviceChoices.join("|"),
  help:
    "Where the kernels run, instead of the config's device: auto takes a GPU where there is one, else wasm.",
};

/** What was given of it; undefined where nothing was. @throws {UsageError} When it is no device. */
export function givenDevice(given: Given): DeviceChoice | undefined {
  const text = given.value(deviceOption.name);
  return text === undefined ? undefined : parseDevice(text, `Option --${deviceOption.name}`);
}

/** The same as values that are set of a config. */
export function deviceAssignments(given: Given): string[] {
  const device = givenDevice(given);
  return device === undefined ? [] : [`device=${device}`];
}
