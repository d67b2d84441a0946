/** What a thread does, and the words through which threads tell each other. @module */
import type { KernelFunction } from "../code/kernel_code.ts";

/** Where the shared words are, counted from the first. Those that threads fight for have a cache line of their own. */
export const place = {
  /** Changes when there is a new job, or the threads are to end. */
  news: 0,
  /** Pieces of the job that are done. */
  done: 16,
  /** Threads that sleep. */
  asleep: 32,
  /** 1 when the threads are to end. */
  closed: 48,
  /** The line that a kernel gave up at, or -1 for a fault of its code; 0 where all is well. */
  failure: 49,
  /** The job: the number of a kernel, where its code is, and what it is called with. */
  kernel: 64,
  codeAddress: 65,
  codeBytes: 66,
  x: 67,
  y: 68,
  z: 69,
  workgroups: 70,
  pieces: 71,
  bindings: 72,
  scratch: 73,
  scratchStride: 74,
  /** Threads that pieces are set aside for. */
  threads: 75,
  /** For each thread: pieces set aside for it that nobody has begun; 0 or less where there are none. */
  left: 80,
  /** Words from one of those to the next. */
  line: 16,
} as const;

/** What a thread is started with. */
export interface ThreadStart {
  /** The memory of the device, shared. */
  readonly memory: WebAssembly.Memory;
  /** Address of the words. */
  readonly address: number;
  /** {@linkcode place}. */
  readonly at: typeof place;
  /** Its number: the caller's is 0. */
  readonly index: number;
  /** Milliseconds that it looks for work before it sleeps. */
  readonly patience: number;
}

/** A thread as it sees itself. */
export interface Thread {
  /** Its kernels, by their number; those that are missing it makes when it meets them. */
  readonly kernels: KernelFunction[];
  /** Works on pieces of the job until none is left. */
  takePieces(): void;
  /** Takes pieces of one job after another, until the threads are closed. */
  serve(): void;
}

/**
 * A thread. Its text is what a worker runs, so it uses nothing from outside.
 *
 * Each thread first takes the pieces set aside for it, so that what it works on is in its core's cache from the job
 * before, and then those of the others. Taking a piece is counting `left` down. The caller starts no other job before all
 * pieces are done, so what a thread reads of the job after it has taken a piece belongs to that piece, however late it
 * comes. A thread that comes too late for any piece is not waited for.
 */
export function createThread({ memory, address, at, index, patience }: ThreadStart): Thread {
  const words = new Int32Array(memory.buffer, address);
  const kernels: KernelFunction[] = [];
  const { pause = () => {} } = Atomics as { pause?: () => void };

  function kernel(): KernelFunction {
    const known = kernels[words[at.kernel]!];
    if (known) return known;
    const start = words[at.codeAddress]! >>> 0;
    memory.grow(0); // This thread may not have seen yet that the memory has grown.
    const bytes = new Uint8Array(memory.buffer).slice(start, start + words[at.codeBytes]!);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { device: { memory } });
    return kernels[words[at.kernel]!] = exports.dispatch as KernelFunction;
  }

  function work(piece: number): number {
    const [workgroups, pieces] = [words[at.workgroups]!, words[at.pieces]!];
    return kernel()(
      Math.floor(piece * workgroups / pieces),
      Math.floor((piece + 1) * workgroups / pieces),
      words[at.x]!,
      words[at.y]!,
      words[at.z]!,
      words[at.bindings]!,
      words[at.scratch]! + index * words[at.scratchStride]!,
    );
  }

  /** Takes pieces that were set aside for a thread until none of them is left. */
  function takePiecesOf(thread: number): void {
    const left = at.left + thread * at.line;
    while (Atomics.load(words, left) > 0) {
      const behind = Atomics.sub(words, left, 1);
      if (behind <= 0) return;
      let failure = 0;
      try {
        const end = Math.floor((thread + 1) * words[at.pieces]! / words[at.threads]!);
        if (Atomics.load(words, at.failure) === 0) failure = work(end - behind);
      } catch {
        failure = -1;
      }
      if (failure !== 0) Atomics.store(words, at.failure, failure);
      Atomics.add(words, at.done, 1);
    }
  }

  function takePieces(): void {
    const threads = words[at.threads]!;
    for (let thread = index; thread < threads; thread++) takePiecesOf(thread);
    for (let thread = 0; thread < Math.min(index, threads); thread++) takePiecesOf(thread);
  }

  /** Whether there are news before the patience is at its end. */
  function hasNews(known: number): boolean {
    const end = performance.now() + patience;
    do {
      for (let turn = 0; turn < 32; turn++) {
        if (Atomics.load(words, at.news) !== known) return true;
        pause();
      }
    } while (performance.now() < end);
    return false;
  }

  function serve(): void {
    while (Atomics.load(words, at.closed) === 0) {
      const known = Atomics.load(words, at.news);
      takePieces();
      if (hasNews(known)) continue;
      Atomics.add(words, at.asleep, 1);
      Atomics.wait(words, at.news, known); // Returns at once if there are any.
      Atomics.sub(words, at.asleep, 1);
    }
  }

  return { kernels, takePieces, serve };
}
