/**
 * TensorBoard's event files: a sequence of records, each an `Event` message.
 *
 * A record is the data's length (8 bytes, little-endian), its masked checksum (4 bytes), the data, the data's masked
 * checksum (4 bytes). Sources: `tensorflow/core/lib/io/record_writer.h`, and `event.proto` in
 * https://github.com/tensorflow/tensorboard, tensorboard/compat/proto.
 *
 * @module
 */
import { PbfWriter } from "npm:pbf@5.1.2";
import { crc32c } from "./crc32c.ts";
import { type SummaryValue, writeSummary } from "./tensorboard_summary.ts";

/** Values of a moment. */
export interface SummaryEvent {
  /** Unix time in seconds. */
  readonly wallTime: number;
  /** What TensorBoard draws them over: a whole number, 0 by default. */
  readonly step?: number;
  /** The values, each with a tag of its own. */
  readonly values: readonly SummaryValue[];
}

/** Bytes of a record before its data, and after it. */
const headerBytes = 12;
const footerBytes = 4;

/** Event files' version 2: several tags may go through their steps each in their own order. */
const fileVersion = "brain.Event:2";

/**
 * The bytes of an event file, part by part: what `take` returns, put one after the other, is a file that is whole after
 * each part.
 */
export class EventRecords {
  readonly #pbf = new PbfWriter();

  /** Begins with the record that every file begins with, at this Unix time in seconds; without one, goes on with a file. */
  constructor(wallTime?: number) {
    if (wallTime !== undefined) this.#record(writeVersion, wallTime);
  }

  /** Appends a record. */
  add(event: SummaryEvent): void {
    this.#record(writeEvent, event);
  }

  /** The records since the last call. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#pbf.buf.slice(0, this.#pbf.pos);
    this.#pbf.pos = 0;
    return bytes as Uint8Array<ArrayBuffer>;
  }

  #record<T>(write: (message: T, pbf: PbfWriter) => void, message: T): void {
    const pbf = this.#pbf;
    const start = pbf.pos;
    pbf.realloc(headerBytes);
    pbf.pos += headerBytes;
    write(message, pbf);
    const end = pbf.pos;
    pbf.realloc(footerBytes);
    pbf.pos += footerBytes;
    const { buf, dataView } = pbf; // They are others after the buffer has grown.
    dataView.setBigUint64(start, BigInt(end - start - headerBytes), true);
    dataView.setUint32(start + 8, maskCrc(crc32c(buf.subarray(start, start + 8))), true);
    dataView.setUint32(end, maskCrc(crc32c(buf.subarray(start + headerBytes, end))), true);
  }
}

function writeVersion(wallTime: number, pbf: PbfWriter): void {
  pbf.writeDoubleField(1, wallTime);
  pbf.writeStringField(3, fileVersion);
}

function writeEvent({ wallTime, step = 0, values }: SummaryEvent, pbf: PbfWriter): void {
  pbf.writeDoubleField(1, wallTime);
  if (step > 0) pbf.writeVarintField(2, step);
  pbf.writeMessage(5, writeSummary, values);
}

/**
 * A checksum as records keep it, rotated and offset so that a checksum of data with checksums in it stays sound.
 * Source: `tensorflow/core/lib/hash/crc32c.h`.
 */
export function maskCrc(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
