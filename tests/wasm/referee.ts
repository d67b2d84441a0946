/** What WebGPU's adapter says of a WGSL text: the referee of what our own checker takes. @module */
import { quietSoftwareAdapter } from "../../src/gpu/software.ts";

/** What is wrong with a text. */
export interface Verdict {
  /** The adapter's words. */
  readonly message: string;
  /** Counted from 1; undefined where the adapter tells none. */
  readonly line: number | undefined;
}

/** A device that judges texts. Close it by `device.destroy()`. */
export async function openReferee(): Promise<GPUDevice> {
  quietSoftwareAdapter();
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw new Error("Cannot judge WGSL: no adapter answered, wanted one");
  return await adapter.requestDevice();
}

/** What the adapter finds wrong with a text; undefined if nothing. */
export async function judge(device: GPUDevice, text: string): Promise<Verdict | undefined> {
  device.pushErrorScope("validation");
  const info = await device.createShaderModule({ code: text }).getCompilationInfo();
  const failure = await device.popErrorScope();
  const error = info.messages.find((message) => message.type === "error");
  const message = error?.message ?? failure?.message;
  if (message === undefined) return undefined;
  const drawn = /┌─ .*:(\d+):\d+$/m.exec(message)?.[1];
  return { message, line: drawn ? Number(drawn) : error?.lineNum || undefined };
}
