/** Starting threads: in Deno and Node by `node:worker_threads`, in pages by web workers. @module */
import { createThread, type ThreadStart } from "./thread.ts";

/** The part of Node's `Worker` that is used. */
interface NodeWorker {
  once(event: "message" | "error", listener: (value: unknown) => void): void;
  unref(): void;
}

/** The part of Node's `process` that is used. */
interface NodeProcess {
  getBuiltinModule?(name: "node:worker_threads"): NodeThreads;
}

/** The part of `node:worker_threads` that is used. */
interface NodeThreads {
  readonly Worker: new (
    text: string,
    options: { eval: true; workerData: ThreadStart; env: Record<string, string> },
  ) => NodeWorker;
}

/**
 * Starts a thread. It ends by itself when the threads are closed: Deno would wait for ever for a web worker that is
 * terminated in its sleep.
 *
 * @returns Resolves when it serves; rejects where the platform refuses.
 */
export async function startWorker(start: ThreadStart): Promise<void> {
  const { process } = globalThis as { process?: NodeProcess };
  const threads = process?.getBuiltinModule?.("node:worker_threads");
  await (threads ? startNodeWorker(threads, start) : startWebWorker(start));
}

/** Serves with the value of an expression: the text of a worker, in which `postMessage` is a function. */
function serving(start: string): string {
  return `const thread = (${createThread})(${start});
postMessage("ready");
thread.serve();`;
}

/** One of these does not keep the process alive that started it. */
function startNodeWorker({ Worker }: NodeThreads, start: ThreadStart): Promise<void> {
  const text = `const { parentPort, workerData } = require("node:worker_threads");
const postMessage = (message) => parentPort.postMessage(message);
${serving("workerData")}`;
  return new Promise((resolve, reject) => {
    const env = {}; // It needs none, and a copy of the process's own would ask for leave to read all of it.
    const worker = new Worker(text, { eval: true, workerData: start, env });
    worker.unref();
    worker.once("message", () => resolve());
    worker.once("error", reject);
  });
}

function startWebWorker(start: ThreadStart): Promise<void> {
  const text = `onmessage = ({ data }) => {
${serving("data")}
close();
};`;
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return new Promise<void>((resolve, reject) => {
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = () => resolve();
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(start);
  }).finally(() => URL.revokeObjectURL(url));
}
