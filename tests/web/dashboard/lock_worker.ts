/** Locks the folder that it is told, and says when it waits for that, and what came of it. @module */
/// <reference lib="deno.worker" />
import { FolderLock } from "../../../src/runs/folder_lock.ts";

self.onmessage = ({ data: [folder, free] }: MessageEvent<[folder: string, free: Int32Array]>) => {
  const { wait } = Atomics;
  Atomics.wait = () => {
    self.postMessage("waits");
    return wait(free, 0, 0);
  };
  try {
    new FolderLock(folder);
    self.postMessage("locked");
  } catch (error) {
    self.postMessage(`${error}`);
  }
};
self.postMessage("ready");
