/** The option that names a queue, and leave to reach it. @module */
import type { CommandLine, Option } from "../command/command.ts";
import { UsageError } from "../core/errors.ts";
import { parseQueueAddress, type QueueAddress } from "../queue/address.ts";
import type { FileStore } from "../queue/file_store.ts";
import { openFiles } from "../queue/open_files.ts";

/** The variable that holds a queue's address where the command line does not. */
export const queueVariable = "QERNEL_QUEUE";

/** Of the commands that use a queue. */
export const queueOption: Option = {
  name: "queue",
  value: "postgres://...",
  help:
    `Address of a Postgres, postgres://USER@HOST:PORT/DATABASE, or "env": that in the variable ${queueVariable}.`,
};

/** Of them, too. */
export const filesOption: Option = {
  name: "files",
  value: "DIR|s3://BUCKET/PREFIX",
  help: "Keep files in a folder that all machines see, or in a bucket, and not in the database.",
};

/** The store that was given by it; undefined where none was. @throws {UsageError} When it is none. */
export async function givenFiles(given: string | undefined): Promise<FileStore | undefined> {
  return given === undefined ? undefined : await openFiles(given, (name) => Deno.env.get(name));
}

/** Runs that a job trains together at most, unless told otherwise: more go to other workers. */
export const usualTogether = 16;

/** Seconds after which a worker that says nothing is taken for lost, unless told otherwise. */
export const usualLease = 60;

/** What a command with a queue needs leave for, and how it is had without being asked. */
const needed: readonly Deno.PermissionDescriptor[] = [
  { name: "net" },
  { name: "env" },
  { name: "sys", kind: "hostname" },
];

/**
 * The address of a queue as it was given.
 *
 * @param task One that has leave for the network.
 * @throws {UsageError} When it is none, or leave is not given.
 */
export function queueAddress(given: string, task: string): QueueAddress {
  for (const descriptor of needed) {
    if (Deno.permissions.requestSync(descriptor).state === "granted") continue;
    throw new UsageError(
      `Cannot use the queue: a permission is missing that it needs, wanted --allow-${descriptor.name}, or deno task ${task}`,
    );
  }
  const text = given === "env" ? Deno.env.get(queueVariable) : given;
  if (text) return parseQueueAddress(text, (name) => Deno.env.get(name));
  throw new UsageError(
    `Cannot use the queue: ${queueVariable} holds nothing, wanted the address of a Postgres`,
  );
}

/** What was given of the queue, the variable where nothing was. */
export function givenQueue(given: CommandLine): string {
  return given.value(queueOption.name) ?? "env";
}
