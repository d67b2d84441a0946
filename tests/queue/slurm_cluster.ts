/** A Slurm of the tests' own: one node with two slots and two GPUs, on ports of 127.0.0.1 that nobody else has. @module */
import { assert } from "@std/assert";
import { dirname } from "@std/path";
import { until } from "../cli/task.ts";
import { freePort } from "./postgres.ts";

/** What Slurm knows of a job. */
export type JobFacts = Readonly<Record<string, string>>;

/** States that a job stays in. */
const ends: readonly string[] = ["CANCELLED", "COMPLETED", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "TIMEOUT"];

/** A cluster that runs. */
export class SlurmCluster {
  readonly #folder: string;

  /** @param folder Where its files are, `slurm.conf` among them. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Hands a script in. @returns The number of its job. */
  async submit(script: string, { cwd, env }: { cwd: string; env: Record<string, string> }): Promise<string> {
    await Deno.writeTextFile(`${cwd}/script.sh`, script);
    const said = await this.run(["sbatch", "--parsable", "script.sh"], { cwd, env });
    return said.trim();
  }

  /** All tasks of a job, in their order. */
  async tasks(job: string): Promise<JobFacts[]> {
    const lines = (await this.run(["scontrol", "--oneliner", "show", "job", job])).trim().split("\n");
    const facts = lines.map((line) =>
      Object.fromEntries([...line.matchAll(/(\S+?)=(\S*)/g)].map(([, k, v]) => [k!, v!]))
    );
    return facts.toSorted((a, b) => Number(a["ArrayTaskId"]) - Number(b["ArrayTaskId"]));
  }

  /** Waits until every task of a job is over. @returns How they ended. */
  async end(job: string): Promise<JobFacts[]> {
    const isOver = ({ JobState }: JobFacts) => ends.includes(JobState!);
    await until(async () => (await this.tasks(job)).every(isOver));
    return await this.tasks(job);
  }

  /** What a program of Slurm says. */
  async run(
    [program, ...args]: readonly string[],
    { cwd = "/", env = {} }: { cwd?: string; env?: Record<string, string> } = {},
  ): Promise<string> {
    const { code, stdout, stderr } = await new Deno.Command(binary(program!), {
      args,
      cwd,
      env: { ...env, SLURM_CONF: `${this.#folder}/slurm.conf`, PATH: `${dirname(Deno.execPath())}:${path}` },
    }).output();
    const text = new TextDecoder();
    assert(code === 0, `${program} ${args.join(" ")} ended with ${code}: ${text.decode(stderr)}`);
    return text.decode(stdout);
  }
}

/** Starts a cluster for a test, which is stopped when that is over. */
export async function withSlurm(
  parent: string,
  use: (cluster: SlurmCluster) => Promise<void>,
): Promise<void> {
  for (const program of ["munged", "slurmctld", "slurmd", "sbatch"]) binary(program);
  const folder = `${parent}/slurm`;
  for (const name of ["", "/state", "/spool"]) await Deno.mkdir(folder + name);
  await Deno.writeFile(`${folder}/munge.key`, crypto.getRandomValues(new Uint8Array(128)), { mode: 0o400 });
  await Deno.writeTextFile(`${folder}/slurm.conf`, configuration(folder));
  // Slurm gives out devices as GPUs, whatever they are.
  const gpus = ["/dev/null", "/dev/zero"].map((file) => `NodeName=localhost Name=gpu File=${file}\n`);
  await Deno.writeTextFile(`${folder}/gres.conf`, gpus.join(""));
  const cluster = new SlurmCluster(folder);
  const daemons: Daemon[] = [];
  const start = (program: string, args: readonly string[]) => daemons.push(new Daemon(program, args, folder));
  try {
    const socket = `${folder}/munge.socket`;
    start("munged", [
      ...["--foreground", "--force", `--socket=${socket}`, `--key-file=${folder}/munge.key`],
      ...[`--pid-file=${folder}/munged.pid`, `--seed-file=${folder}/munged.seed`],
    ]);
    await until(() => exists(socket));
    start("slurmctld", ["-D", "-f", `${folder}/slurm.conf`]);
    start("slurmd", ["-D", "-N", "localhost", "-f", `${folder}/slurm.conf`]);
    await until(async () => {
      for (const daemon of daemons) daemon.assertRuns();
      return await cluster.run(["sinfo", "--noheader", "--format=%t"]).catch(() => "") === "idle\n";
    });
    try {
      await use(cluster);
    } finally {
      // What Slurm has started outlives it.
      await cluster.run(["scancel", "--quiet", "--full", "--signal=KILL", `--user=${user}`]);
      await until(async () => await cluster.run(["squeue", "--noheader"]) === "");
    }
  } finally {
    for (const daemon of daemons.toReversed()) await daemon.stop();
  }
}

const user = String(Deno.uid());

/** Neither systemd nor cgroups, nor leave to change them: a container has none. */
function configuration(folder: string): string {
  const controller = freePort();
  let node = freePort();
  while (node === controller) node = freePort();
  return `
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${node}
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
KillWait=120
ReturnToService=2
GresTypes=gpu
NodeName=localhost NodeAddr=127.0.0.1 CPUs=2 RealMemory=16000 Gres=gpu:2
PartitionName=all Nodes=localhost Default=YES MaxTime=INFINITE State=UP
`;
}

/** A process that serves the others. */
class Daemon {
  readonly #program: string;
  readonly #log: string;
  readonly #process: Deno.ChildProcess;
  #hasEnded = false;

  constructor(program: string, args: readonly string[], folder: string) {
    this.#program = program;
    this.#log = `${folder}/${program}.log`;
    // Through a shell, as a log on the disk takes what nobody reads.
    this.#process = new Deno.Command("sh", {
      args: ["-c", 'log=$1; shift; exec "$@" >"$log" 2>&1', "sh", this.#log, binary(program), ...args],
      stdin: "null",
      cwd: "/",
    }).spawn();
    this.#process.status.then(() => this.#hasEnded = true);
  }

  /** @throws {Error} When it has ended, with its last words. */
  assertRuns(): void {
    if (!this.#hasEnded) return;
    throw new Error(`${this.#program} ended: ${Deno.readTextFileSync(this.#log).slice(-2000)}`);
  }

  async stop(): Promise<void> {
    if (!this.#hasEnded) this.#process.kill("SIGTERM");
    await this.#process.status;
  }
}

/** Where programs are that only root has on PATH, too. */
const path = `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin`;

function binary(program: string): string {
  const found = path.split(":").map((folder) => `${folder}/${program}`).find(exists);
  assert(
    found !== undefined,
    `these tests need a Slurm, Debian's package slurm-wlm: ${program} was not found`,
  );
  return found;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
