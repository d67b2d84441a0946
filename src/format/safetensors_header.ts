/** The header of a safetensors file: read and checked before any of its offsets is followed. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import { tryJson } from "./json_text.ts";
import { mostTextBytes } from "./untrusted_file.ts";

/** What the header says of one tensor. */
export interface Header {
  /** The kind of number, not yet checked against those we read. */
  dtype: string;
  /** Non-negative whole sizes. */
  shape: number[];
  /** First byte and the one after the last, from the end of the header. */
  data_offsets: [number, number];
}

/** A header whose tensors cover the data exactly. */
export interface ParsedHeader {
  /** The tensors in the order of their bytes. */
  entries: [string, Header][];
  /** The texts under `__metadata__`. */
  metadata: Record<string, string>;
}

/** Against files that claim an absurd header: the format's own limit, 100 MB, would take gigabytes to read. */
const MAX_HEADER_BYTES = mostTextBytes;

/** Bytes before the header: its length. */
const LENGTH_BYTES = 8;

/**
 * Reads the header of a file of `size` bytes: yields how many bytes it wants next, and is given them. Nothing is asked for that
 * the file does not have.
 *
 * @throws {UsageError} For anything but a whole, well-formed file.
 */
export function* readHeader(size: number): Generator<number, ParsedHeader, Uint8Array> {
  if (size < LENGTH_BYTES) throw refusal(`they are ${size} bytes, wanted at least ${LENGTH_BYTES}`);
  const start = yield LENGTH_BYTES;
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw refusal(
      `they claim a header of ${length} bytes, wanted at most ${MAX_HEADER_BYTES}; not a safetensors file`,
    );
  }
  const dataStart = LENGTH_BYTES + Number(length);
  if (size < dataStart) {
    throw refusal(`truncated in the header, ${size} bytes present, wanted at least ${dataStart}`);
  }
  return parseHeader(yield Number(length), size - dataStart);
}

function parseHeader(json: Uint8Array, dataBytes: number): ParsedHeader {
  const { __metadata__: metadata = {}, ...tensors } = readObject(json);
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === "string")) {
    throw refusal(`"__metadata__" is ${excerpt(JSON.stringify(metadata))}, wanted an object of strings`);
  }
  const entries = Object.entries(tensors).map(([name, entry]) =>
    [name, checkEntry(name, entry)] as [string, Header]
  );
  entries.sort(([, a], [, b]) =>
    a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]
  );
  checkCover(entries, dataBytes);
  return { entries, metadata: metadata as Record<string, string> };
}

function readObject(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) {
    const given = bytes.length === 0 ? "empty" : `byte 0x${bytes[0]!.toString(16).padStart(2, "0")} first`;
    throw refusal(`their header has ${given}, wanted "{"; not a safetensors file`);
  }
  const parsed = tryJson(textOf(bytes), { strict: true });
  if ("mistake" in parsed) throw refusal(`their header is not JSON (${parsed.mistake})`);
  return parsed.value as Record<string, unknown>; // As it begins with a brace.
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refusal("their header is not JSON (it is not UTF-8)", { cause });
  }
}

function checkEntry(name: string, entry: unknown): Header {
  if (isRecord(entry)) {
    const { dtype, shape, data_offsets: offsets } = entry;
    const sound = typeof dtype === "string" && isSizes(shape) && isSizes(offsets) && offsets.length === 2;
    if (sound && offsets[0]! <= offsets[1]!) {
      return { dtype, shape, data_offsets: [offsets[0]!, offsets[1]!] };
    }
  }
  throw refusal(
    `tensor "${excerpt(name)}" is ${
      excerpt(JSON.stringify(entry))
    }, wanted dtype, shape and data_offsets [start, end]`,
  );
}

/** The tensors must follow each other without gap or overlap, up to the last byte. */
function checkCover(entries: [string, Header][], dataBytes: number): void {
  let end = 0;
  for (const [name, { data_offsets: [start, next] }] of entries) {
    if (start !== end) {
      const what = start > end ? "a gap before" : "an overlap with";
      throw refusal(
        `${what} tensor "${excerpt(name)}", which starts at byte ${start} of the data, wanted ${end}`,
      );
    }
    end = next;
  }
  if (end > dataBytes) throw refusal(`truncated, ${dataBytes} bytes of data present, wanted ${end}`);
  if (end < dataBytes) throw refusal(`${dataBytes} bytes of data present, wanted ${end} as in the header`);
}

function refusal(reason: string, options?: ErrorOptions): UsageError {
  return new UsageError(`Cannot read the bytes as safetensors: ${reason}`, options);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
