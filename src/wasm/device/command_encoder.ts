/** Command encoders and what they make. @module */
import type { DeviceBuffer } from "./buffer.ts";
import { type BufferPart, Clear, type Command, Copy, Resolve, Stamp } from "./command.ts";
import { ComputePass } from "./compute_pass.ts";
import type { DeviceContext } from "./context.ts";
import { named, Refusal } from "./errors.ts";
import { alignment } from "./memory.ts";
import type { QuerySet } from "./query_set.ts";
import { Recording } from "./recording.ts";
import { bufferUsage } from "./usage.ts";

/** What an encoder has of WebGPU's. */
type EncoderFace = Pick<
  GPUCommandEncoder,
  "label" | "copyBufferToBuffer" | "clearBuffer" | "resolveQuerySet" | "finish"
>;

/** What `beginComputePass` takes. */
interface PassDescriptor {
  readonly label?: string;
  readonly timestampWrites?: {
    readonly querySet: QuerySet;
    readonly beginningOfPassWriteIndex?: number;
    readonly endOfPassWriteIndex?: number;
  };
}

/** What a copy takes beside its source. */
type LongCopy = [
  sourceOffset: number,
  destination: DeviceBuffer,
  destinationOffset: number,
  size?: number,
];
type ShortCopy = [destination: DeviceBuffer, size?: number];

function fromStart([destination, size]: ShortCopy): LongCopy {
  return size === undefined ? [0, destination, 0] : [0, destination, 0, size];
}

/** Commands that can be submitted once. */
export class CommandBuffer implements GPUCommandBuffer {
  /** Its name in messages. */
  label: string;
  /** The device that it belongs to. */
  readonly context: DeviceContext;
  /** What it does; undefined where the encoder was refused, and after the submit. */
  commands: readonly Command[] | undefined;

  /** Made by {@linkcode CommandEncoder.finish}. */
  constructor(context: DeviceContext, label: string, commands: readonly Command[] | undefined) {
    this.context = context;
    this.label = label;
    this.commands = commands;
  }
}

/** Records commands. What is wrong with them is reported when it finishes. */
export class CommandEncoder implements EncoderFace {
  /** Its name in messages. */
  label: string;
  readonly #context: DeviceContext;
  readonly #recording = new Recording();
  #state: "open" | "in a pass" | "finished" = "open";

  /** An empty list. */
  constructor(context: DeviceContext, { label = "" }: GPUCommandEncoderDescriptor = {}) {
    this.#context = context;
    this.label = label;
  }

  /** Begins a pass. Nothing else may be recorded until it ends. */
  beginComputePass({ label = "", timestampWrites }: PassDescriptor = {}): ComputePass {
    const stamp = (index: number | undefined) => {
      if (index === undefined) return;
      this.#add(() => {
        const { querySet } = timestampWrites!;
        this.#checkQueries(querySet, index, 1);
        return new Stamp(querySet, index);
      });
    };
    stamp(timestampWrites?.beginningOfPassWriteIndex);
    this.#open();
    this.#state = "in a pass";
    return new ComputePass(label, this.#recording, () => {
      this.#state = "open";
      stamp(timestampWrites?.endOfPassWriteIndex);
    });
  }

  /** Records a copy of a whole buffer, or of its first `size` bytes, a multiple of 4. */
  copyBufferToBuffer(source: DeviceBuffer, destination: DeviceBuffer, size?: number): undefined;
  /** Records a copy; offsets and size are multiples of 4. */
  copyBufferToBuffer(
    source: DeviceBuffer,
    sourceOffset: number,
    destination: DeviceBuffer,
    destinationOffset: number,
    size?: number,
  ): undefined;
  copyBufferToBuffer(source: DeviceBuffer, ...rest: unknown[]): undefined {
    const [sourceOffset, destination, destinationOffset, given] = typeof rest[0] === "number"
      ? rest as LongCopy
      : fromStart(rest as ShortCopy);
    const size = given ?? Math.max(0, source.size - sourceOffset);
    this.#add(() => {
      const from = { buffer: source, offset: sourceOffset };
      const to = { buffer: destination, offset: destinationOffset };
      if (source === destination) throw new Refusal(`${source} is copied to itself`);
      this.#checkPart(from, size, "copySource");
      this.#checkPart(to, size, "copyTarget");
      return new Copy(from, to, size);
    });
  }

  /** Records zeros in a buffer, from `offset` to its end by default; offset and size are multiples of 4. */
  clearBuffer(buffer: DeviceBuffer, offset = 0, size = Math.max(0, buffer.size - offset)): undefined {
    this.#add(() => {
      this.#checkPart({ buffer, offset }, size, "copyTarget");
      return new Clear({ buffer, offset }, size);
    });
  }

  /** Records a copy of times, in nanoseconds as unsigned 64-bit integers, into a buffer. */
  resolveQuerySet(
    querySet: QuerySet,
    firstQuery: number,
    queryCount: number,
    destination: DeviceBuffer,
    destinationOffset: number,
  ): undefined {
    this.#add(() => {
      const target = { buffer: destination, offset: destinationOffset };
      this.#checkQueries(querySet, firstQuery, queryCount);
      this.#checkPart(target, 8 * queryCount, "queryResolve");
      if (destinationOffset % alignment !== 0) {
        throw new Refusal(
          `the offset in ${destination} is ${destinationOffset}, wanted a multiple of ${alignment}`,
        );
      }
      return new Resolve(querySet, { first: firstQuery, count: queryCount }, target);
    });
  }

  /** The commands, for one submit. */
  finish({ label = "" }: GPUCommandBufferDescriptor = {}): CommandBuffer {
    this.#open();
    this.#state = "finished";
    const { problem, commands } = this.#recording;
    const usable = this.#context.errors.attempt(`finish ${this}`, () => {
      if (problem !== undefined) throw new Refusal(problem);
      return commands;
    });
    return new CommandBuffer(this.#context, label, usable);
  }

  /** For messages. */
  toString(): string {
    return named("command encoder", this.label);
  }

  #add(make: () => Command): void {
    if (this.#open()) this.#recording.add(make);
  }

  /** Whether something may be recorded; keeps or reports it if not. */
  #open(): boolean {
    if (this.#state === "open") return true;
    if (this.#state === "in a pass") this.#recording.refuse("a pass of it has not ended");
    else {this.#context.errors.attempt(`use ${this}`, () => {
        throw new Refusal("it has finished");
      });}
    return false;
  }

  #checkPart({ buffer, offset }: BufferPart, size: number, usage: keyof typeof bufferUsage): void {
    if (buffer.context !== this.#context) throw new Refusal(`${buffer} belongs to another device`);
    if ((buffer.usage & bufferUsage[usage]) === 0) {
      throw new Refusal(`the usage of ${buffer} is ${buffer.usage}, wanted ${bufferUsage[usage]} in it`);
    }
    if (offset % 4 !== 0 || size % 4 !== 0) {
      throw new Refusal(`${size} bytes at ${offset} of ${buffer}, wanted multiples of 4`);
    }
    if (!(offset >= 0 && size >= 0 && offset + size <= buffer.size)) {
      throw new Refusal(`bytes ${offset} to ${offset + size} of ${buffer}, wanted at most ${buffer.size}`);
    }
  }

  #checkQueries(querySet: QuerySet, first: number, count: number): void {
    if (querySet.context !== this.#context) throw new Refusal(`${querySet} belongs to another device`);
    if (first >= 0 && count >= 0 && first + count <= querySet.count) return;
    throw new Refusal(
      `queries ${first} to ${first + count} of ${querySet}, wanted at most ${querySet.count}`,
    );
  }
}
