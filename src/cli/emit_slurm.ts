/** Workers as a job array of Slurm. @module */
import { fromFileUrl } from "@std/path";
import { secondsToEnd, shownMemory, shownTime, type WorkerFleet } from "./emit_options.ts";
import { queueVariable } from "./queue_option.ts";

/** Where `deno task` would run the worker, on a disk that the machines share. */
const root = fromFileUrl(new URL("../../", import.meta.url)).replace(/\/$/, "");

/**
 * A script for `sbatch`: a worker for each task of an array.
 *
 * @param line What starts a worker in the folder of Qernel.
 * @param queue The queue's address, which holds no password; undefined where `line` has it from the variable.
 */
export function slurmScript(
  fleet: WorkerFleet,
  line: readonly string[],
  queue: string | undefined,
): string {
  const secret = queue === undefined
    ? `${queueVariable}, the queue's address, comes from where sbatch is called`
    : "The queue's password comes from ~/.pgpass, or as PGPASSWORD from where sbatch is called";
  return `#!/bin/sh
#SBATCH --job-name=${fleet.name}
#SBATCH --array=0-${fleet.workers - 1}
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=${fleet.cpus}
#SBATCH --mem=${shownMemory(fleet.memory)}
#SBATCH --time=${shownTime(fleet.seconds)}
${fleet.gpus > 0 ? `#SBATCH --gres=gpu:${fleet.gpus}\n` : ""}#SBATCH --signal=B:TERM@${secondsToEnd}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x-%A_%a.log

# ${secret}.
cd ${quoted(root)} || exit
# In the shell's place, so that SIGTERM, which has the worker give its job back, comes to it, and once.
exec ${line.map(quoted).join(" ")}`;
}

/** A word as a shell takes it for one. */
function quoted(word: string): string {
  return /^[\w@%+=:,.\/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
