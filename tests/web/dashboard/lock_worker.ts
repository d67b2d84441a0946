/** Locks the folder that it is told, and says what came of it. @module */
/// <reference lib="deno.worker" />
import { FolderLock } from "../../../src/runs/folder_lock.ts";

self.onmessage = ({ data: folder }: MessageEvent<string>) => {
  try {
    new FolderLock(folder);
    self.postMessage("locked");
  } catch (error) {
    self.postMessage(`${error}`);
  }
};
self.postMessage("ready");
