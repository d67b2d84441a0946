/** The queue: what is submitted runs at once. @module */
import type { DeviceBuffer } from "./buffer.ts";
import type { CommandBuffer } from "./command_encoder.ts";
import type { DeviceContext } from "./context.ts";
import { Refusal } from "./errors.ts";
import { bufferUsage } from "./usage.ts";

/** What the queue has of WebGPU's. */
type QueueFace = Pick<GPUQueue, "label" | "submit" | "writeBuffer" | "onSubmittedWorkDone">;

/** Runs commands. */
export class Queue implements QueueFace {
  /** Its name. */
  label = "";
  readonly #context: DeviceContext;

  /** Of this device. */
  constructor(context: DeviceContext) {
    this.#context = context;
  }

  /** Runs the commands, all of them or, where one is refused, none; returns when they are done. */
  submit(commandBuffers: CommandBuffer[]): undefined {
    if (this.#context.isLost) return;
    const lists = this.#context.errors.attempt(
      "submit commands",
      () => commandBuffers.map(this.#take, this),
    );
    for (const commands of lists ?? []) {
      for (const command of commands) {
        const lost = command.run();
        if (!lost) continue;
        this.#context.lose(lost);
        return;
      }
    }
  }

  /** Copies host memory into a buffer. `dataOffset` and `size` count elements of a typed array, bytes of others. */
  writeBuffer(
    buffer: DeviceBuffer,
    bufferOffset: number,
    data: BufferSource,
    dataOffset = 0,
    size?: number,
  ): undefined {
    if (this.#context.isLost) return;
    const source = bytesOf(data, dataOffset, size);
    this.#context.errors.attempt(`write ${buffer}`, () => {
      const end = bufferOffset + source.length;
      if (buffer.context !== this.#context) throw new Refusal("it belongs to another device");
      if (buffer.hindrance !== undefined) throw new Refusal(`it ${buffer.hindrance}`);
      if ((buffer.usage & bufferUsage.copyTarget) === 0) {
        throw new Refusal(`its usage is ${buffer.usage}, wanted ${bufferUsage.copyTarget} in it`);
      }
      if (bufferOffset % 4 !== 0 || source.length % 4 !== 0) {
        throw new Refusal(`${source.length} bytes at ${bufferOffset}, wanted multiples of 4`);
      }
      if (!(bufferOffset >= 0 && end <= buffer.size)) {
        throw new Refusal(`bytes ${bufferOffset} to ${end}, wanted at most ${buffer.size}`);
      }
      this.#context.memory.bytes.set(source, buffer.address + bufferOffset);
    });
  }

  /** Resolves at once: nothing is ever outstanding. */
  onSubmittedWorkDone(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  #take(commandBuffer: CommandBuffer) {
    const { commands, context } = commandBuffer;
    if (context !== this.#context) throw new Refusal("a command buffer belongs to another device");
    if (!commands) throw new Refusal("a command buffer was refused or submitted before");
    for (const { hindrance } of commands) if (hindrance !== undefined) throw new Refusal(hindrance);
    commandBuffer.commands = undefined;
    return commands;
  }
}

/** @throws {DOMException} `OperationError` when there are not so many. */
function bytesOf(data: BufferSource, offset: number, size: number | undefined): Uint8Array {
  const [buffer, start] = ArrayBuffer.isView(data) ? [data.buffer, data.byteOffset] : [data, 0];
  const scale = "BYTES_PER_ELEMENT" in data ? Number(data.BYTES_PER_ELEMENT) : 1;
  const bytes = size === undefined ? data.byteLength - offset * scale : size * scale;
  if (offset < 0 || bytes < 0 || offset * scale + bytes > data.byteLength) {
    throw new DOMException(
      `Cannot write a buffer: bytes ${offset * scale} to ${
        offset * scale + bytes
      }, the data has ${data.byteLength}`,
      "OperationError",
    );
  }
  return new Uint8Array(buffer, start + offset * scale, bytes);
}
