/** Tells what the thread that it runs in may do. @module */
/// <reference lib="deno.worker" />

self.onmessage = ({ data: asked }: MessageEvent<Deno.PermissionDescriptor[]>) => {
  self.postMessage(asked.map((one) => Deno.permissions.querySync(one).state === "granted"));
};
