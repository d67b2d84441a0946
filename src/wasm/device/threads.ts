/** Workgroups of a dispatch over several threads. @module */
import type { KernelFunction } from "../code/kernel_code.ts";
import type { DeviceMemory } from "./memory.ts";
import type { Scratch } from "./scratch.ts";
import { createThread, place, type Thread, type ThreadStart } from "./thread.ts";
import { startWorker } from "./worker.ts";

/** Milliseconds that an idle thread looks for work before it sleeps. */
const patience = 0.05;
/** Milliseconds that a thread may take to start: past them the device does without it. */
const slowestStart = 5000;
/** Pieces for each thread, so that uneven cores balance. */
const piecesOfThread = 4;
/** Milliseconds of a piece from which the half microsecond of handing it over does not matter. */
const leastPiece = 0.001;
/** Milliseconds of a job from which other threads gain something. */
const leastJob = 0.006;

/** A kernel that all threads can find. */
export interface SharedKernel {
  /** Its number. */
  readonly number: number;
  /** Address of its code. */
  readonly address: number;
  /** Bytes of its code. */
  readonly bytes: number;
}

/** What is done in pieces. */
export interface Job {
  /** What runs. */
  readonly kernel: SharedKernel;
  /** Address of its binding table. */
  readonly bindings: number;
  /** Workgroups in x. */
  readonly x: number;
  /** Workgroups in y. */
  readonly y: number;
  /** Workgroups in z. */
  readonly z: number;
  /** Workgroups in all. */
  readonly workgroups: number;
  /** Memory of each thread. */
  readonly scratch: Scratch;
}

/** How many threads there are, and were asked for. */
type Counts = Pick<Threads, "count" | "most">;

/** Threads that share the device's memory, the caller among them. */
export class Threads {
  /** How many there are. */
  readonly count: number;
  /** How many were asked for: the number of a thread is below it. */
  readonly most: number;
  readonly #memory: DeviceMemory;
  readonly #words: Int32Array;
  /** The calling thread. */
  readonly #caller: Thread;
  readonly #pause = (Atomics as { pause?: () => void }).pause ?? (() => {});

  private constructor(memory: DeviceMemory, start: ThreadStart, { count, most }: Counts) {
    this.count = count;
    this.most = most;
    this.#memory = memory;
    this.#words = new Int32Array(memory.memory.buffer, start.address);
    this.#caller = createThread(start);
  }

  /** Starts threads until there are `most` with the caller; undefined where none starts. The memory is shared. */
  static async start(memory: DeviceMemory, most: number): Promise<Threads | undefined> {
    const { address } = memory.take(4 * (place.left + place.line * most));
    const startOf = (index: number) => ({ memory: memory.memory, address, at: place, index, patience });
    const starting = Array.from({ length: most - 1 }, (_, i) => startsInTime(startOf(i + 1)));
    const started = (await Promise.all(starting)).filter((inTime) => inTime).length;
    const threads = new Threads(memory, startOf(0), { count: started + 1, most });
    if (started > 0) return threads;
    threads.close(); // One that comes too late finds that it is not wanted.
    return undefined;
  }

  /** Has all threads know a kernel. @throws {RangeError} When memory does not suffice. */
  share(code: Uint8Array, kernel: KernelFunction): SharedKernel {
    const { address } = this.#memory.take(code.length);
    this.#memory.bytes.set(code, address);
    return { number: this.#caller.kernels.push(kernel) - 1, address, bytes: code.length };
  }

  /** Pieces into which a job of so many workgroups and milliseconds is worth to be cut; 1: it is not. */
  piecesFor(workgroups: number, milliseconds: number): number {
    if (milliseconds < leastJob) return 1;
    return Math.min(workgroups, piecesOfThread * this.count, Math.floor(milliseconds / leastPiece));
  }

  /** Runs a job in pieces, and returns when all are done: 0, the line of a kernel that gave up, or -1 for a fault. */
  run({ kernel, x, y, z, workgroups, bindings, scratch }: Job, pieces: number): number {
    const words = this.#words;
    words[place.kernel] = kernel.number;
    words[place.codeAddress] = kernel.address;
    words[place.codeBytes] = kernel.bytes;
    words[place.x] = x;
    words[place.y] = y;
    words[place.z] = z;
    words[place.workgroups] = workgroups;
    words[place.pieces] = pieces;
    words[place.threads] = this.count;
    words[place.bindings] = bindings;
    words[place.scratch] = scratch.address;
    words[place.scratchStride] = scratch.stride;
    Atomics.store(words, place.done, 0);
    Atomics.store(words, place.failure, 0);
    for (let thread = 0, first = 0; thread < this.count; thread++) {
      const end = Math.floor((thread + 1) * pieces / this.count);
      Atomics.store(words, place.left + thread * place.line, end - first);
      first = end;
    }
    Atomics.add(words, place.news, 1);
    if (Atomics.load(words, place.asleep) > 0) Atomics.notify(words, place.news, pieces - 1);
    this.#caller.takePieces();
    // A page's main thread must not sleep, and the others are about to be done.
    while (Atomics.load(words, place.done) < pieces) this.#pause();
    return Atomics.load(words, place.failure);
  }

  /** Ends the threads. */
  close(): void {
    Atomics.store(this.#words, place.closed, 1);
    Atomics.add(this.#words, place.news, 1);
    Atomics.notify(this.#words, place.news);
  }
}

/** Whether a worker starts, and takes no longer than it may. */
async function startsInTime(start: ThreadStart): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), slowestStart);
  const started = startWorker(start).then(() => true, () => false);
  const inTime = await Promise.race([started, late]);
  clearTimeout(timer);
  return inTime;
}
