/** Two networks that a cable joins, apart from that of the machine. @module */
import { assert } from "@std/assert";
import type { Place } from "./postgres.ts";

/** The ends of the cable, and where they are: addresses that nobody else can see. */
const hosts = { server: "10.77.0.1", worker: "10.77.0.2" } as const;

type End = keyof typeof hosts;

/** Network namespaces of a server and of a worker. */
export class Network implements AsyncDisposable {
  readonly #name: string;

  private constructor(name: string) {
    this.#name = name;
  }

  /** Makes them. Where that is refused, it fails with a sentence that says so, and leaves nothing behind. */
  static async make(): Promise<Network> {
    const network = new Network(`qernel-${Deno.pid}-${crypto.randomUUID().slice(0, 4)}`);
    try {
      for (const end of ends) {
        const { success, said } = await ip("netns", "add", network.#of(end));
        assert(
          success,
          `this test makes network namespaces, which this system refuses, wanted root and Debian's iproute2: ${said}`,
        );
      }
      const [server, worker] = ends.map((end) => network.#of(end)) as [string, string];
      await wanted("-n", server, "link", "add", "cable", "type", "veth", "peer", "cable", "netns", worker);
      for (const end of ends) {
        await wanted("-n", network.#of(end), "address", "add", `${hosts[end]}/24`, "dev", "cable");
        for (const device of ["lo", "cable"]) {
          await wanted("-n", network.#of(end), "link", "set", device, "up");
        }
      }
      return network;
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** One of the ends, for what is started there. */
  at(end: End): Place {
    return { host: hosts[end], through: ["ip", "netns", "exec", this.#of(end)] };
  }

  /** Pulls the cable out of the worker's machine. */
  async cut(): Promise<void> {
    await wanted("-n", this.#of("worker"), "link", "set", "cable", "down");
  }

  /** Puts it in again. */
  async heal(): Promise<void> {
    await wanted("-n", this.#of("worker"), "link", "set", "cable", "up");
  }

  /** Takes them away, the cable with them, once nothing runs there. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of ends) await ip("netns", "delete", this.#of(end));
  }

  #of(end: End): string {
    return `${this.#name}-${end}`;
  }
}

const ends = ["server", "worker"] as const;

async function wanted(...args: string[]): Promise<void> {
  const { success, said } = await ip(...args);
  assert(success, `ip ${args.join(" ")}: ${said}`);
}

async function ip(...args: string[]): Promise<{ readonly success: boolean; readonly said: string }> {
  try {
    const { success, stderr } = await new Deno.Command("ip", { args, stdin: "null" }).output();
    return { success, said: new TextDecoder().decode(stderr).trim() };
  } catch (error) {
    return { success: false, said: (error as Error).message };
  }
}
