/** A Postgres of the tests' own: its data in a temporary folder, on a port that nobody else has. @module */
import { assert } from "@std/assert";
import { command, type Outcome, until, withFolder } from "../cli/task.ts";
import { Database } from "../../src/queue/database.ts";
import { parseQueueAddress } from "../../src/queue/address.ts";

/** The password of its superuser as an address has it, which must be seen nowhere. */
export const password = "pass%20w0rd-9f3";

/** Where a server is, other than on this machine's loopback. */
export interface Place {
  /** The address that it listens on, for those of its network. */
  readonly host: string;
  /** A program with arguments that starts others there. */
  readonly through: readonly string[];
}

/** A server that runs. */
export class Postgres {
  readonly #folder: string;
  readonly #place: Place | undefined;
  readonly port: number;
  #made = 0;
  #certificate: string | undefined;

  constructor(folder: string, port: number, place?: Place) {
    this.#folder = folder;
    this.#place = place;
    this.port = port;
  }

  /** Starts it anew with a certificate that it has signed itself. @returns The file of that. */
  async encrypt(): Promise<string> {
    const path = `${this.#folder}/server`;
    await asPostgres([
      ...["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-keyout", `${path}.key`, "-out", `${path}.crt`, "-days", "2", "-subj", "/CN=localhost"],
      ...["-addext", "subjectAltName=IP:127.0.0.1"],
    ]);
    this.#certificate = path;
    await this.stop();
    await this.start();
    return `${path}.crt`;
  }

  /** The address of a database; by its socket where its network is another. */
  address(database: string, role = `postgres:${password}`): string {
    const local = `postgres://${role}@127.0.0.1:${this.port}/${database}`;
    return this.#place ? `${local}?host=${this.#folder}` : local;
  }

  /** Makes a database. @returns Its address. */
  async database(): Promise<string> {
    const name = `test${this.#made++}`;
    await this.ask(this.address("postgres"), `create database ${name}`);
    return this.address(name);
  }

  /** Asks as the superuser. */
  async ask(address: string, text: string, values: readonly unknown[] = []) {
    const database = new Database(parseQueueAddress(address), { name: "test" });
    try {
      return await database.query(text, values);
    } finally {
      await database.close();
    }
  }

  /** Starts it. */
  async start(): Promise<void> {
    const tls = this.#certificate === undefined
      ? ""
      : ` -c ssl=on -c ssl_cert_file=${this.#certificate}.crt -c ssl_key_file=${this.#certificate}.key`;
    const settings = `-p ${this.port} -c unix_socket_directories=${this.#folder} -c listen_addresses=${
      this.#place?.host ?? "127.0.0.1"
    } -c max_connections=300 -c fsync=off${tls}`; // What is killed is the server, not the system.
    await asPostgres([
      `${binaries()}/pg_ctl`,
      ...["-D", `${this.#folder}/data`, "-o", settings, "-l", `${this.#folder}/log`, "-w", "-s", "start"],
    ], this.#place?.through).catch(async (error) => {
      throw new Error((await Deno.readTextFile(`${this.#folder}/log`)).slice(-2000), { cause: error });
    });
  }

  /** Kills it, all of its processes, as the end of a machine does. */
  async kill(): Promise<void> {
    const [leader] = (await Deno.readTextFile(`${this.#folder}/data/postmaster.pid`)).split("\n");
    Deno.kill(Number(leader), "SIGSTOP"); // So that it starts no more of them.
    const all = [Number(leader), ...childrenOf(leader!)];
    for (const id of all) tryToKill(id);
    await until(() => all.every((id) => !isThere(id))); // As long as one is, it holds the server's memory.
    for (const lock of ["data/postmaster.pid", `.s.PGSQL.${this.port}.lock`]) {
      await Deno.remove(`${this.#folder}/${lock}`); // Its process may be there yet, until somebody takes note of its end.
    }
  }

  async stop(): Promise<void> {
    await asPostgres([`${binaries()}/pg_ctl`, "-D", `${this.#folder}/data`, "-m", "immediate", "-s", "stop"]);
  }
}

/** Ids of the processes that a process has started. */
function childrenOf(id: string): number[] {
  const status = (child: string) => {
    try {
      return Deno.readTextFileSync(`/proc/${child}/status`);
    } catch {
      return ""; // It has ended.
    }
  };
  const all = [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((name) => /^\d+$/.test(name));
  return all.filter((child) => new RegExp(`^PPid:\\s*${id}$`, "m").test(status(child))).map(Number);
}

function tryToKill(id: number): void {
  try {
    Deno.kill(id, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Whether a process runs; one that has ended and is not yet taken note of does not. */
function isThere(id: number): boolean {
  try {
    return !/^State:\s*Z/m.test(Deno.readTextFileSync(`/proc/${id}/status`));
  } catch {
    return false;
  }
}

/** Starts a server for a test, which is stopped when that is over. */
export async function withPostgres(
  use: (server: Postgres, folder: string) => Promise<void>,
  place?: Place,
): Promise<void> {
  await withFolder(async (folder) => {
    const own = `${folder}/postgres`;
    await Deno.mkdir(own);
    await Deno.writeTextFile(`${own}/password`, decodeURIComponent(password));
    if (isRoot()) {
      await Deno.chmod(folder, 0o755);
      await run(["chown", "-R", "postgres", own]);
    }
    await asPostgres([
      `${binaries()}/initdb`,
      ...[
        "-D",
        `${own}/data`,
        "-U",
        "postgres",
        "-A",
        "scram-sha-256",
        `--pwfile=${own}/password`,
        "--no-sync",
      ],
    ]);
    if (place) {
      await Deno.writeTextFile(`${own}/data/pg_hba.conf`, `host all all ${place.host}/24 scram-sha-256\n`, {
        append: true,
      });
    }
    const server = new Postgres(own, freePort(), place);
    await server.start();
    try {
      await use(server, folder);
    } finally {
      await server.stop().catch(() => {});
    }
  });
}

/** Where the newest server is that this machine has. */
function binaries(): string {
  const versions = folderNames("/usr/lib/postgresql").toSorted((a, b) => Number(b) - Number(a));
  const found = [...versions.map((version) => `/usr/lib/postgresql/${version}/bin`), ...path()].find((
    folder,
  ) => folderNames(folder).includes("initdb"));
  assert(
    found !== undefined,
    "these tests need a Postgres, Debian's package postgresql say: initdb was not found",
  );
  return found;
}

function path(): string[] {
  return (Deno.env.get("PATH") ?? "").split(":");
}

function folderNames(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

function isRoot(): boolean {
  return Deno.uid() === 0;
}

/** Runs a program as somebody whom Postgres lets start it: not as root. */
async function asPostgres(line: readonly string[], through: readonly string[] = []): Promise<void> {
  await run([...through, ...isRoot() ? ["runuser", "-u", "postgres", "--", ...line] : line]);
}

async function run([program, ...args]: readonly string[]): Promise<void> {
  const { code, stderr } = await new Deno.Command(program!, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    cwd: "/",
  })
    .output();
  assert(code === 0, `${program} ${args.join(" ")} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
}

/**
 * A port that nobody has, and below those that systems choose: from one of these a client that asks for a server which is
 * gone would come to talk to itself.
 */
export function freePort(): number {
  for (;;) {
    const port = 20_000 + Math.floor(10_000 * Math.random());
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch {
      // Somebody has it.
    }
  }
}

/** A command that has been started. */
export class Running implements AsyncDisposable {
  readonly process: Deno.ChildProcess;
  readonly #stdout: Promise<string>;
  readonly #stderr: Promise<void>;
  /** What it has said so far. */
  said = "";
  hasEnded = false;

  constructor(...given: Parameters<typeof command>) {
    this.process = command(...given).spawn();
    this.#stdout = new Response(this.process.stdout).text();
    this.#stderr = this.#read();
    this.process.status.then(() => this.hasEnded = true);
  }

  async #read(): Promise<void> {
    for await (const text of this.process.stderr.pipeThrough(new TextDecoderStream())) this.said += text;
  }

  /** Waits until it has said something. */
  async saying(pattern: RegExp): Promise<void> {
    await until(() => pattern.test(this.said) || this.hasEnded);
    assert(pattern.test(this.said), this.said);
  }

  /** Waits for its end. */
  async end(): Promise<Outcome> {
    const { code } = await this.process.status;
    const stdout = await this.#stdout;
    await this.#stderr;
    return { code, stdout, stderr: this.said };
  }

  /** Ends it as nothing else does, if it goes on. */
  async kill(): Promise<void> {
    try {
      this.process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
