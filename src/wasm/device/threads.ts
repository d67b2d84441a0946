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

/** How a job is done. */
export interface Cut {
  /** What runs. */
  readonly kernel: SharedKernel;
  /** Pieces of the workgroups. */
  readonly pieces: number;
}

/** What is done in pieces. */
export interface Job {
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

/** The most threads that were seen to start: a device that wants no more need not wait for its own. */
let proven = 1;

/** Threads that share the device's memory, the caller among them. */
export class Threads {
  /** How many were asked for: the number of a thread is below it. */
  readonly most: number;
  readonly #memory: DeviceMemory;
  readonly #address: number;
  readonly #words: Int32Array;
  /** The calling thread. */
  readonly #caller: Thread;
  readonly #pause = (Atomics as { pause?: () => void }).pause ?? (() => {});
  #count: number;
  #begun = false;

  private constructor(memory: DeviceMemory, most: number) {
    this.most = most;
    this.#count = most;
    this.#memory = memory;
    this.#address = memory.take(4 * (place.left + place.line * most)).address;
    this.#words = new Int32Array(memory.memory.buffer, this.#address);
    this.#caller = createThread(this.#startOf(0));
  }

  /**
   * Starts threads until there are `most` with the caller; undefined where none starts. The memory is shared. They start
   * with the first job if so many have started before.
   */
  static async start(memory: DeviceMemory, most: number): Promise<Threads | undefined> {
    const threads = new Threads(memory, most);
    if (most <= proven) return threads;
    const inTime = await Promise.all(threads.#begin().map(isInTime));
    threads.#count = 1 + inTime.filter((started) => started).length;
    proven = Math.max(proven, threads.#count);
    if (threads.#count > 1) return threads;
    threads.close(); // One that comes too late finds that it is not wanted.
    return undefined;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** Has all threads know a kernel; undefined where memory does not suffice. */
  share(code: Uint8Array, kernel: KernelFunction): SharedKernel | undefined {
    try {
      const { address } = this.#memory.take(code.length);
      this.#memory.bytes.set(code, address);
      return { number: this.#caller.kernels.push(kernel) - 1, address, bytes: code.length };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return undefined;
    }
  }

  /** Pieces into which a job of so many workgroups and milliseconds is worth to be cut; 1: it is not. */
  piecesFor(workgroups: number, milliseconds: number): number {
    if (milliseconds < leastJob) return 1;
    return Math.min(workgroups, piecesOfThread * this.count, Math.floor(milliseconds / leastPiece));
  }

  /** Runs a job in pieces, and returns when all are done: 0, the line of a kernel that gave up, or -1 for a fault. */
  run({ x, y, z, workgroups, bindings, scratch }: Job, { kernel, pieces }: Cut): number {
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
    if (!this.#begun) this.#begin();
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

  /** Starts the others. Each promise says whether one has. */
  #begin(): Promise<boolean>[] {
    this.#begun = true;
    const indices = Array.from({ length: this.most - 1 }, (_, i) => i + 1);
    return indices.map((index) => startWorker(this.#startOf(index)).then(() => true, () => false));
  }

  #startOf(index: number): ThreadStart {
    return { memory: this.#memory.memory, address: this.#address, at: place, index, patience };
  }
}

/** Whether a thread has started, and takes no longer than it may. */
async function isInTime(started: Promise<boolean>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), slowestStart);
  const inTime = await Promise.race([started, late]);
  clearTimeout(timer);
  return inTime;
}
