/** A process of Python that holds environments, and the frames that are exchanged with it; server.py lists them. @module */
import { UsageError } from "../../core/errors.ts";
import type { Extents } from "../picture.ts";
import type { Pipes } from "./pipes.ts";
import { defaultPython, type PythonOptions, startPython } from "./start.ts";

const Request = { make: 0, step: 1, reset: 2, resetUnseeded: 3, close: 4, render: 5 } as const;

/** Bytes of a request's header, and of an environment and its action. */
const headerSize = 8;

/** Bytes before an observation: a float64 reward and uint32 flags. */
const resultSize = 12;

/** What an environment is made of. */
export interface MakeRequest {
  /** Gymnasium's id, perhaps with a module before: `ale_py:ALE/Breakout-v5`. */
  readonly id: string;
  /** Keyword arguments of `gymnasium.make`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The time limit in place of the registered one; null for none. */
  readonly maxEpisodeSteps?: number | null;
}

/** An environment in the process. */
export interface Resident {
  /** Its number there. */
  readonly handle: number;
  /** Bytes of an observation. */
  readonly size: number;
  /** For errors: `environment "gymnasium:LunarLander-v3"`. */
  readonly name: string;
}

/** What a step gave. */
export interface ServedStep {
  readonly reward: number;
  /** 1 terminated, 2 truncated, 4 whether it was a success is known, 8 it was. */
  readonly flags: number;
  /** A copy. */
  readonly observation: ArrayBuffer;
}

/** What an environment draws. */
export interface ServedPicture {
  /** Pixels from top to bottom, and from left to right. */
  readonly extents: Extents;
  /** [rows, columns, 3], red, green and blue. */
  readonly bytes: Uint8Array;
}

/** Started processes by interpreter and limit: all environments of this thread that share these share one. */
const servers = new Map<string, Server>();

/** Environments in one process, which are stepped together where they are announced. */
export class Server {
  /** The path of the interpreter. */
  readonly path: string;
  readonly #pipes: Pipes;
  readonly #key: string;
  #residents = 0;
  /** Who is to be stepped next, with which action. */
  readonly #announced = new Map<Resident, number>();
  /** What was stepped and not yet taken: by which action, and where it lies in `#reply`. */
  readonly #stepped = new Map<Resident, { readonly action: number; readonly at: number }>();
  #request = new DataView(new ArrayBuffer(headerSize));
  #reply = new Uint8Array(0);

  /** The process for these options, started unless it is there. Throws as {@linkcode startPython} does. */
  static of(options: Pick<PythonOptions, "limit"> & { readonly python?: string }, action: string): Server {
    const { python = defaultPython(action), limit } = options;
    const key = JSON.stringify([python, limit]);
    const running = servers.get(key);
    if (running !== undefined && running.#pipes.isOpen) return running;
    const server = new Server(key, startPython({ python, limit }, action));
    servers.set(key, server);
    return server;
  }

  private constructor(key: string, { pipes, path }: ReturnType<typeof startPython>) {
    this.#key = key;
    this.#pipes = pipes;
    this.path = path;
  }

  /** Makes an environment; what Python tells of it, or why there is none. */
  make(wanted: MakeRequest, action: string): Record<string, unknown> {
    const text = new TextEncoder().encode(JSON.stringify(wanted));
    const request = new Uint8Array(headerSize + text.length);
    request.set(header(Request.make, text.length));
    request.set(text, headerSize);
    const length = new Uint8Array(4);
    this.#pipes.exchange(request, length, action);
    const told = new Uint8Array(new DataView(length.buffer).getUint32(0, true));
    this.#pipes.exchange(new Uint8Array(0), told, action);
    const made = JSON.parse(new TextDecoder().decode(told));
    if ("handle" in made) this.#residents++;
    else this.#endIfEmpty();
    return made;
  }

  /** The first observation of an episode. */
  reset(resident: Resident, seed: number | undefined): ArrayBuffer {
    this.#forget(resident);
    const { handle } = resident;
    const request = seed === undefined
      ? header(Request.resetUnseeded, handle)
      : Uint8Array.of(...header(Request.reset, handle), ...bytesOf(seed));
    const reply = new Uint8Array(resident.size);
    this.#pipes.exchange(request, reply, `Cannot reset ${resident.name}`);
    return reply.buffer;
  }

  /** Has `resident` stepped together with the others that are announced. */
  announce(resident: Resident, action: number): void {
    this.#announced.set(resident, action);
  }

  /** Steps `resident`, or gives what that gave if it has been stepped with others. */
  step(resident: Resident, action: number): ServedStep {
    if (!this.#stepped.has(resident)) {
      this.#announced.set(resident, action);
      this.#stepAnnounced(resident.name);
    }
    const { action: taken, at } = this.#stepped.get(resident)!;
    this.#stepped.delete(resident);
    if (taken !== action) {
      throw new Error(`Cannot step ${resident.name}: action is ${action}, wanted ${taken} as was announced`);
    }
    const result = new DataView(this.#reply.buffer, at);
    const start = at + resultSize;
    return {
      reward: result.getFloat64(0, true),
      flags: result.getUint32(8, true),
      observation: this.#reply.buffer.slice(start, start + resident.size),
    };
  }

  /** What `resident` draws of itself. @throws {UsageError} When it does not. */
  render(resident: Resident): ServedPicture {
    const action = `Cannot draw ${resident.name}`;
    const head = new Uint8Array(headerSize);
    this.#pipes.exchange(header(Request.render, resident.handle), head, action);
    const [rows, columns] = new Uint32Array(head.buffer) as unknown as Extents;
    const bytes = new Uint8Array(rows === 0 ? columns : 3 * rows * columns);
    this.#pipes.exchange(new Uint8Array(0), bytes, action);
    if (rows > 0) return { extents: [rows, columns], bytes };
    throw new UsageError(`${action}: ${new TextDecoder().decode(bytes)}`);
  }

  /** Lets an environment go; with the last one the process ends, unless another is made at once. */
  close(resident: Resident): void {
    this.#forget(resident);
    this.#pipes.tell(header(Request.close, resident.handle));
    this.#residents--;
    this.#endIfEmpty();
  }

  #stepAnnounced(name: string): void {
    const [count, size] = [this.#announced.size, (this.#announced.size + 1) * headerSize];
    if (this.#request.byteLength !== size) this.#request = new DataView(new ArrayBuffer(size));
    const request = this.#request;
    request.setUint32(0, Request.step, true);
    request.setUint32(4, count, true);
    this.#stepped.clear(); // What nobody took.
    let [to, from] = [headerSize, 0];
    for (const [resident, action] of this.#announced) {
      request.setUint32(to, resident.handle, true);
      request.setUint32(to + 4, action, true);
      this.#stepped.set(resident, { action, at: from });
      to += headerSize;
      from += resultSize + resident.size;
    }
    this.#announced.clear();
    if (this.#reply.length !== from) this.#reply = new Uint8Array(from);
    const whose = count === 1 ? name : `${name}, one of ${count} together`;
    this.#pipes.exchange(new Uint8Array(request.buffer), this.#reply, `Cannot step ${whose}`);
  }

  #forget(resident: Resident): void {
    this.#announced.delete(resident);
    this.#stepped.delete(resident);
  }

  /** A run looks at environments before it makes its own: the process stays for those that are made in the same turn. */
  #endIfEmpty(): void {
    queueMicrotask(() => {
      if (this.#residents > 0) return;
      this.#pipes.close();
      if (servers.get(this.#key) === this) servers.delete(this.#key);
    });
  }
}

function header(kind: number, number: number): Uint8Array {
  return Uint8Array.of(...bytesOf(kind), ...bytesOf(number));
}

function bytesOf(word: number): number[] {
  return [word & 255, word >>> 8 & 255, word >>> 16 & 255, word >>> 24];
}
