import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  type StoredTensor,
} from "../../src/format/safetensors.ts";

/**
 * Written by the Python package safetensors 0.8.0 with numpy 2.4.6:
 * `save({"scale": np.array(0.5, np.float32), "layer0.weight": np.arange(6, dtype=np.float32).reshape(2, 3) / 4,
 * "counters": np.array([1, 2, 4294967295], np.uint32), "flags": np.array([True, False, True]),
 * "step": np.array([-(2**40)], np.int64), "empty": np.zeros((0, 4), np.float32)},
 * {"format": "np", "note": "größe"})`.
 */
const WRITTEN_BY_PYTHON =
  "oAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJucCIsIm5vdGUiOiJncsO2w59lIn0sInN0ZXAi" +
  "OnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6WzFdLCJkYXRhX29mZnNldHMiOlswLDhdfSwiZW1wdHkiOnsiZHR5cGUiOiJGMzIiLCJzaGFw" +
  "ZSI6WzAsNF0sImRhdGFfb2Zmc2V0cyI6WzgsOF19LCJsYXllcjAud2VpZ2h0Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlsyLDNdLCJk" +
  "YXRhX29mZnNldHMiOls4LDMyXX0sInNjYWxlIjp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOltdLCJkYXRhX29mZnNldHMiOlszMiwzNl19" +
  "LCJjb3VudGVycyI6eyJkdHlwZSI6IlUzMiIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzM2LDQ4XX0sImZsYWdzIjp7ImR0eXBl" +
  "IjoiQk9PTCIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzQ4LDUxXX19ICAgIAAAAAAA////AAAAAAAAgD4AAAA/AABAPwAAgD8A" +
  "AKA/AAAAPwEAAAACAAAA/////wEAAQ==";

const TENSORS: Record<string, StoredTensor> = {
  scale: { dtype: "F32", shape: [], data: new Float32Array([0.5]) },
  "layer0.weight": { dtype: "F32", shape: [2, 3], data: new Float32Array([0, 0.25, 0.5, 0.75, 1, 1.25]) },
  counters: { dtype: "U32", shape: [3], data: new Uint32Array([1, 2, 4294967295]) },
  flags: { dtype: "BOOL", shape: [3], data: new Uint8Array([1, 0, 1]) },
  step: { dtype: "I64", shape: [1], data: new BigInt64Array([-(2n ** 40n)]) },
  empty: { dtype: "F32", shape: [0, 4], data: new Float32Array() },
};

const METADATA = { format: "np", note: "größe" };

Deno.test("decodeSafetensors() reads a file of the Python package", () => {
  const bytes = Uint8Array.from(atob(WRITTEN_BY_PYTHON), (char) => char.charCodeAt(0));
  assertEquals(decodeSafetensors(bytes), { tensors: TENSORS, metadata: METADATA });
});

Deno.test("encodeSafetensors() is undone by decodeSafetensors()", () => {
  const tensors: Record<string, StoredTensor> = {
    ...TENSORS,
    f64: { dtype: "F64", shape: [2], data: new Float64Array([NaN, -0]) },
    u64: { dtype: "U64", shape: [1], data: new BigUint64Array([2n ** 64n - 1n]) },
    i32: { dtype: "I32", shape: [1, 1], data: new Int32Array([-7]) },
    u16: { dtype: "U16", shape: [1], data: new Uint16Array([65535]) },
    i16: { dtype: "I16", shape: [1], data: new Int16Array([-2]) },
    i8: { dtype: "I8", shape: [1], data: new Int8Array([-3]) },
    u8: { dtype: "U8", shape: [3], data: new Uint8Array([1, 2, 3]) },
    "0": { dtype: "U8", shape: [1], data: new Uint8Array([9]) },
  };
  assertEquals(decodeSafetensors(encodeSafetensors(tensors, METADATA)), { tensors, metadata: METADATA });
  assertEquals(decodeSafetensors(encodeSafetensors({})), { tensors: {}, metadata: {} });
});

Deno.test("encodeSafetensors() aligns the header and every tensor, and orders by width then name", () => {
  const bytes = encodeSafetensors(TENSORS, METADATA);
  const { length, header } = headerOf(bytes);
  assertStrictEquals(length % 8, 0);
  assertEquals(Object.keys(header), [
    "__metadata__",
    "step",
    "counters",
    "empty",
    "layer0.weight",
    "scale",
    "flags",
  ]);
  const reversed = Object.fromEntries(Object.entries(TENSORS).reverse());
  assertEquals(encodeSafetensors(reversed, { note: METADATA.note, format: METADATA.format }), bytes);
});

Deno.test("both directions copy: views with an offset are read right and nothing is shared", () => {
  const all = new Float32Array([9, 1, 2, 9]);
  const encoded = encodeSafetensors({ a: { dtype: "F32", shape: [2], data: all.subarray(1, 3) } });
  const shifted = new Uint8Array(encoded.length + 3);
  shifted.set(encoded, 3);
  const { a } = decodeSafetensors(shifted.subarray(3)).tensors;
  shifted.fill(0);
  assertEquals(a, { dtype: "F32", shape: [2], data: new Float32Array([1, 2]) });
});

Deno.test("encodeSafetensors() refuses what does not fit together", () => {
  const data = new Float32Array(5);
  const cases: [() => unknown, new (message: string) => Error, string][] = [
    [
      () => encodeSafetensors({ a: { dtype: "F32", shape: [2, 3], data } }),
      RangeError,
      "holds 5 numbers, wanted 6",
    ],
    [() => encodeSafetensors({ a: { dtype: "F32", shape: [-5, -1], data } }), RangeError, "shape [-5, -1]"],
    [
      () => encodeSafetensors({ __metadata__: { dtype: "F32", shape: [5], data } }),
      RangeError,
      "__metadata__",
    ],
    [
      () => encodeSafetensors({ a: { dtype: "U32", shape: [5], data } as never }),
      TypeError,
      "Float32Array, wanted a Uint32Array",
    ],
    [
      () => encodeSafetensors({ a: { dtype: "F8", shape: [5], data } as never }),
      TypeError,
      "dtype is F8, wanted one of U64",
    ],
    [
      () => encodeSafetensors({}, { step: 3 as never }),
      TypeError,
      'metadata "step": it is a number, wanted a string',
    ],
  ];
  for (const [act, type, message] of cases) assertThrows(act, type, message);
});

Deno.test("decodeSafetensors() says how much of a truncated file is there, at every length", () => {
  const bytes = encodeSafetensors(TENSORS, METADATA);
  for (let length = 0; length < bytes.length; length++) {
    const error = assertThrows(() => decodeSafetensors(bytes.subarray(0, length)), UsageError);
    assert(/(\d+) bytes.*wanted (at least )?\d+/.test(error.message), error.message);
  }
  const dataBytes = bytes.length - 8 - headerOf(bytes).length;
  const wanted = `truncated, ${dataBytes - 1} bytes of data present, wanted ${dataBytes}`;
  assertThrows(() => decodeSafetensors(bytes.subarray(0, -1)), UsageError, wanted);
});

Deno.test("readSafetensors() asks for the header alone before it knows that it wants the rest", () => {
  const bytes = encodeSafetensors(TENSORS, METADATA);
  const { length } = headerOf(bytes);
  const huge = readSafetensors(1.5e9);
  assertEquals(huge.next().value, 8);
  assertEquals(huge.next(new Uint8Array(8)).value, 0);
  assertThrows(() => huge.next(new Uint8Array(0)), UsageError, 'header has empty, wanted "{"');

  const foreign = readSafetensors(bytes.length, (metadata) => {
    assertEquals(metadata, METADATA);
    throw new UsageError("not ours");
  });
  foreign.next();
  assertEquals(foreign.next(bytes.slice(0, 8)).value, length);
  assertThrows(() => foreign.next(bytes.slice(8, 8 + length)), UsageError, "not ours");

  const longer = readSafetensors(1.5e9);
  longer.next();
  longer.next(bytes.slice(0, 8));
  const wanted = `${1.5e9 - 8 - length} bytes of data present, wanted ${bytes.length - 8 - length} as in`;
  assertThrows(() => longer.next(bytes.slice(8, 8 + length)), UsageError, wanted);
});

Deno.test("decodeSafetensors() takes names that objects have of themselves for names", () => {
  const data = Float32Array.of(1);
  const header = ["__proto__", "constructor"].map((name, i) =>
    `"${name}":{"dtype":"F32","shape":[1],"data_offsets":[${4 * i},${4 * i + 4}]}`
  ).join(",");
  const { tensors, metadata } = decodeSafetensors(
    withHeader(`{${header},"__metadata__":{"__proto__":"a"}}`, 8),
  );
  assertEquals(Object.entries(tensors).map(([name, { shape }]) => [name, shape]), [["__proto__", [1]], [
    "constructor",
    [1],
  ]]);
  assertEquals(Object.entries(metadata), [["__proto__", "a"]]);
  assertEquals(encodeSafetensors(tensors, metadata).length > data.byteLength, true);
});

Deno.test("decodeSafetensors() refuses a malformed file with what it found and what it wanted", () => {
  const f32 = (offsets: unknown, shape: unknown = [1]) => ({ dtype: "F32", shape, data_offsets: offsets });
  const cases: [Uint8Array, string][] = [
    [
      new TextEncoder().encode("PK\x03\x04 some zip archive"),
      "wanted at most 4194304; not a safetensors file",
    ],
    [withHeader("[1]", 0), 'byte 0x5b first, wanted "{"'],
    [withHeader("", 0), 'header has empty, wanted "{"'],
    [withHeader("{oops", 0), "not JSON"],
    [withHeader('{"\xff"', 0), "not JSON (it is not UTF-8)"],
    [withHeader("{} // nothing", 0), "not JSON (line 1, column 4: "],
    [withHeader('{"__metadata__":{"a":"1","a":"2"}}', 0), 'key "a" is given twice, wanted once'],
    [
      withHeader(`{"a":${JSON.stringify(f32([0, 4]))},"a":${JSON.stringify(f32([0, 8], [2]))}}`, 8),
      'key "a" is given twice, wanted once',
    ],
    [withHeader(`{"a":${"[".repeat(100_000)}`, 0), "nested too deeply, wanted at most 100 levels"],
    [withHeader({ a: f32([0, 4]), b: f32([4, 8]) }, 9), "9 bytes of data present, wanted 8"],
    [
      withHeader({ a: f32([0, 4]), b: f32([8, 12]) }, 12),
      'a gap before tensor "b", which starts at byte 8 of the data, wanted 4',
    ],
    [
      withHeader({ a: f32([0, 4]), b: f32([2, 6]) }, 6),
      'an overlap with tensor "b", which starts at byte 2 of the data, wanted 4',
    ],
    [withHeader({ a: f32([0, 4], [2]) }, 4), 'tensor "a": it spans 4 bytes, wanted 8 for shape [2] of F32'],
    [withHeader({ a: f32([4, 0]) }, 4), "wanted dtype, shape and data_offsets [start, end]"],
    [withHeader({ a: f32([0, 4], [1.5]) }, 4), '"shape":[1.5]'],
    [withHeader({ a: 3 }, 4), 'tensor "a" is 3'],
    [
      withHeader({ a: { dtype: "BF16", shape: [2], data_offsets: [0, 4] } }, 4),
      "dtype is BF16, wanted one of",
    ],
    [
      withHeader({ __metadata__: { step: 3 } }, 0),
      '"__metadata__" is {"step":3}, wanted an object of strings',
    ],
  ];
  for (const [bytes, message] of cases) assertThrows(() => decodeSafetensors(bytes), UsageError, message);
});

/** A file of the given header, one byte a character, and so many zero bytes of data. */
function withHeader(header: string | object, dataBytes: number): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  for (let i = 0; i < text.length; i++) bytes[8 + i] = text.charCodeAt(i);
  return bytes;
}

function headerOf(bytes: Uint8Array): { length: number; header: Record<string, unknown> } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return { length, header: JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) };
}
