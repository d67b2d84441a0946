/** `deno task worker`: trains what waits on a queue. @module */
import "../envs/gymnasium/family.ts";
import type { Command, CommandLine, Option } from "../command/command.ts";
import { wholeNumber } from "../command/command.ts";
import { ExitCode, main } from "../command/main.ts";
import { answer } from "../command/printing.ts";
import { emitOptions, givenCluster } from "./emit_options.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { environmentsOption, registerOwnEnvironments } from "./own_environments.ts";
import { filesOption, givenQueue, queueAddress, queueOption } from "./queue_option.ts";

/** Of a worker, wherever it is. */
const workOptions: readonly Option[] = [
  filesOption,
  { name: "jobs", value: "N", help: "End after so many jobs; none by default." },
  { name: "until-empty", help: "End when no job waits and none is at another worker, which may be lost." },
  {
    name: "work",
    value: "DIR",
    help: "Where runs are while they train; a temporary folder by default.",
  },
  environmentsOption,
];

const command: Command = {
  usage: "deno task worker --queue postgres://... [OPTIONS]",
  summary:
    "Takes jobs of a queue, which deno task sweep --queue has laid out, one at a time, trains them and gives back what\n" +
    "came of them. Any number of workers on any number of machines share a queue.",
  options: [queueOption, ...workOptions, ...emitOptions],
  positionals: [0, 0],
  notes: [
    "Ctrl-C, or SIGTERM, gives the job back cleanly: another worker goes on where it is. Pressed again, it ends at once.",
    "A worker runs configs alone, and no code of others: environments of your own come from your file.",
    "Jobs in environments that it does not know are left to other workers.",
    "A password is never printed: with --emit it comes from QERNEL_QUEUE or ~/.pgpass, and on Kubernetes from a Secret.",
  ],
};

async function run(given: CommandLine): Promise<number> {
  const jobs = given.value("jobs");
  const most = jobs === undefined ? Infinity : wholeNumber(jobs, { option: "jobs", least: 1 });
  const cluster = givenCluster(given);
  if (cluster) {
    const { emitWorkers } = await import("./emit_workers.ts");
    answer(emitWorkers(given, cluster, workOptions));
    return ExitCode.fine;
  }
  const address = queueAddress(givenQueue(given), "worker");
  await registerOwnEnvironments(given);
  const signal = listenForInterrupt();
  const { work } = await import("./work_queue.ts");
  return await work(address, {
    most,
    untilEmpty: given.has("until-empty"),
    folder: given.value("work"),
    files: given.value(filesOption.name),
    signal,
  });
}

if (import.meta.main) await main(command, run);
