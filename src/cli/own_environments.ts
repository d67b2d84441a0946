/** Environments of a user's own, which a file of theirs registers before anything is trained. @module */
import { stripVTControlCharacters } from "node:util";
import { resolve, toFileUrl } from "@std/path";
import type { CommandLine, Option } from "../command/command.ts";
import { UsageError } from "../core/errors.ts";
import { deviceEnvironmentIds } from "../device_envs/device_registry.ts";
import { environmentIds } from "../envs/environment_registry.ts";
import { exists } from "../runs/run_folder.ts";

/** Of the commands that train or play in environments. */
export const environmentsOption: Option = {
  name: "environments",
  value: "FILE",
  help: "Run a file of yours first, a module that registers environments of your own.",
};

let registered: string | undefined;

/** The file that {@linkcode registerOwnEnvironments} has run, as it was given. */
export function givenEnvironments(): string | undefined {
  return registered;
}

/**
 * Runs the file that was given, if one was.
 *
 * @throws {UsageError} When there is none, it fails, or it registers nothing with this copy of Qernel.
 */
export async function registerOwnEnvironments(given: CommandLine): Promise<void> {
  const file = given.value(environmentsOption.name);
  if (file === undefined) return;
  const path = resolve(file);
  if (!exists(path)) {
    throw new UsageError(
      `Cannot use the environments of ${file}: there is no such file, wanted the path of a module`,
    );
  }
  const before = countKnown();
  try {
    await import(toFileUrl(path).href);
  } catch (error) {
    throw new UsageError(`Cannot use the environments of ${file}: ${reason(error)}`, { cause: error });
  }
  registered = file;
  if (countKnown() > before) return;
  throw new UsageError(
    `Cannot use the environments of ${file}: it registers none here, wanted registerEnvironment or ` +
      'registerDeviceEnvironment from "@qernel/qernel", or from the mod.ts of this copy',
  );
}

function countKnown(): number {
  return environmentIds().length + deviceEnvironmentIds().length;
}

/** What went wrong and where, without the lines of code that Deno shows between the two. */
function reason(error: unknown): string {
  const message = stripVTControlCharacters(String((error as Error)?.message ?? error));
  const [what, ...more] = message.split("\n");
  const [, where] = /^ +(at file:\S+)$/.exec(more.at(-1) ?? "") ?? [];
  return where === undefined ? what! : `${what} ${where}`;
}
