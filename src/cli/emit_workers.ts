/** Workers for a cluster, printed and not started. @module */
import denoJson from "../../deno.json" with { type: "json" };
import type { CommandLine, Option } from "../command/command.ts";
import { parseQueueAddress, shownAddress } from "../queue/address.ts";
import { type Cluster, givenFleet, givenPods } from "./emit_options.ts";
import { kubernetesJob } from "./emit_kubernetes.ts";
import { slurmScript } from "./emit_slurm.ts";
import { filesOption, givenQueue, queueOption } from "./queue_option.ts";

/**
 * What starts the workers that were asked for.
 *
 * @param passed The options that a worker is started with.
 * @throws {UsageError} When what was given makes none.
 */
export function emitWorkers(given: CommandLine, cluster: Cluster, passed: readonly Option[]): string {
  const address = givenQueue(given);
  const queue = address === "env" ? undefined : shownAddress(parseQueueAddress(address));
  const line = (
    queue = "env",
  ) => [...workerLine(), `--${queueOption.name}=${queue}`, ...asGiven(given, passed)];
  if (cluster === "slurm") return slurmScript(givenFleet(given), line(queue), queue);
  const files = given.value(filesOption.name);
  return kubernetesJob(givenPods(given, files), line(), files);
}

/** A worker's task without `deno task`, which would hand a signal on that the worker has had already. */
function workerLine(): string[] {
  const { worker, "worker:gymnasium": withPrograms } = denoJson.tasks;
  const mayRun = Deno.permissions.querySync({ name: "run" }).state === "granted";
  return (mayRun ? withPrograms : worker).command.split(" ");
}

/** Options as they were given. */
function asGiven(given: CommandLine, options: readonly Option[]): string[] {
  return options.flatMap(({ name, value }) => {
    if (value === undefined) return given.has(name) ? [`--${name}`] : [];
    const text = given.value(name);
    return text === undefined ? [] : [`--${name}=${text}`];
  });
}
