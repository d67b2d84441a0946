import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.11.0";
import { UsageError } from "../../src/core/errors.ts";
import { encodeCsvRow, parseCsv, parseCsvColumns } from "../../src/format/csv.ts";
import { tryJson } from "../../src/format/json_text.ts";
import { decodeSafetensors, encodeSafetensors, type Safetensors } from "../../src/format/safetensors.ts";

/** The same cases each time. */
const options = { seed: 11, numRuns: 500 } as const;

/** What something gives; undefined where it is refused. Anything else that it throws goes on. */
function orRefused<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** Names, those among them that objects have of themselves. */
const name = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("__proto__", "constructor", "toString", "a", "b", ""),
);

/** Sizes and offsets, sound or not. */
const size = fc.oneof(
  { weight: 3, arbitrary: fc.nat(16) },
  fc.constantFrom(-1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e308, null, "4"),
);

/** A file of a header and so many bytes of data; `length` is what it claims of its header. */
function fileOf(header: string, dataBytes: number, length?: bigint): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const tensor = fc.oneof(
  fc.array(fc.float(), { maxLength: 8 }).map((all) => ({
    dtype: "F32" as const,
    data: Float32Array.from(all),
  })),
  fc.array(fc.nat(), { maxLength: 8 }).map((all) => ({ dtype: "U32" as const, data: Uint32Array.from(all) })),
  fc.array(fc.nat(255), { maxLength: 8 }).map((all) => ({
    dtype: "U8" as const,
    data: Uint8Array.from(all),
  })),
).map((one) => ({ ...one, shape: [one.data.length] }));

Deno.test("decodeSafetensors() undoes encodeSafetensors(), whatever the names", () => {
  const names = name.filter((text) => text !== "__metadata__" && text.isWellFormed());
  const texts = fc.string({ unit: "binary" }).filter((text) => text.isWellFormed());
  const entries = <T>(values: fc.Arbitrary<T>) =>
    fc.uniqueArray(fc.tuple(names, values), { selector: ([key]) => key, maxLength: 5 }).map(
      Object.fromEntries<T>,
    );
  fc.assert(
    fc.property(entries(tensor), entries(texts), (tensors, metadata) => {
      const decoded = decodeSafetensors(encodeSafetensors(tensors as Safetensors["tensors"], metadata));
      const sorted = (object: object) => Object.entries(object).sort(([a], [b]) => a < b ? -1 : 1);
      assertEquals(sorted(decoded.tensors), sorted(tensors));
      assertEquals(sorted(decoded.metadata), sorted(metadata));
    }),
    options,
  );
});

Deno.test("decodeSafetensors() refuses any bytes or gives tensors that fill the file to its end", () => {
  const entry = fc.record({
    dtype: fc.constantFrom("F32", "U8", "I64", "BF16", "__proto__"),
    shape: fc.array(size, { maxLength: 3 }),
    data_offsets: fc.array(size, { minLength: 1, maxLength: 3 }),
  }, { requiredKeys: ["dtype"] });
  const header = fc.array(fc.tuple(name, fc.oneof({ weight: 4, arbitrary: entry }, fc.jsonValue())), {
    maxLength: 4,
  })
    .map((fields) =>
      `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`
    );
  const claimed = fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    fc.bigInt(0n, 2n ** 64n - 1n),
    fc.constantFrom(0n, 2n ** 63n, 2n ** 64n - 1n),
  );
  const file = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.tuple(header, fc.nat(16), claimed).map((all) => fileOf(...all)),
  );
  fc.assert(
    fc.property(file, (bytes) => {
      const decoded = orRefused(() => decodeSafetensors(bytes));
      if (!decoded) return;
      const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      const held = Object.values(decoded.tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
      assertEquals(held, bytes.length - 8 - length);
    }),
    { ...options, numRuns: 3000 },
  );
});

Deno.test("tryJson() reads what JSON.stringify() writes, whatever the keys", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.boolean(), (value, strict) => {
      assertEquals(tryJson(JSON.stringify(value), { strict }), { value: JSON.parse(JSON.stringify(value)) });
    }),
    options,
  );
});

Deno.test("tryJson() throws for no text, and held to JSON takes nothing that JSON.parse() does not", () => {
  const soup = fc.array(
    fc.constantFrom(...'{}[]:,"\\/*-+.eE01 \n\t\u00a0\ufeff'.split(""), '"a"', "null", "tru", "//"),
  );
  const text = fc.oneof(soup.map((parts) => parts.join("")), fc.string({ unit: "binary" }), fc.json());
  fc.assert(
    fc.property(text, (given) => {
      tryJson(given);
      const strict = tryJson(given, { strict: true });
      if ("value" in strict) assertEquals(strict.value, JSON.parse(given));
    }),
    { ...options, numRuns: 5000 },
  );
});

Deno.test("tryJson() refuses a key that is given twice and 100,000 levels, wherever they are", () => {
  fc.assert(
    fc.property(name, fc.jsonValue(), fc.boolean(), (key, value, strict) => {
      const [quoted, text] = [JSON.stringify(key), JSON.stringify(value)];
      for (const [before, after] of [["", ""], ["[", "]"], ['{"z z":', "}"]]) {
        const twice = tryJson(`${before}{${quoted}:${text},${quoted}:0}${after}`, { strict });
        assert(
          "mistake" in twice && / is given twice, wanted once/.test(twice.mistake),
          JSON.stringify(twice),
        );
        const deep = tryJson(`${before}${`{${quoted}:`.repeat(100_000)}`, { strict });
        assert("mistake" in deep && /nested too deeply/.test(deep.mistake), JSON.stringify(deep));
      }
    }),
    { ...options, numRuns: 50 },
  );
});

Deno.test("parseCsv() undoes encodeCsvRow(), whatever the fields", () => {
  const row = (length: number) =>
    fc.array(fc.string({ unit: "binary" }), { minLength: length, maxLength: length });
  const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
    fc.array(row(width), { minLength: 1, maxLength: 5 })
  );
  fc.assert(
    fc.property(table, fc.constantFrom("\n", "\r\n"), (rows, lineBreak) => {
      const text = rows.map(encodeCsvRow).join(lineBreak);
      if (text.startsWith("\ufeff")) return; // It would be taken for a byte order mark.
      assertEquals(parseCsv(text), { header: rows[0]!, rows: rows.slice(1) });
    }),
    options,
  );
});

Deno.test("parseCsvColumns() refuses any text or gives columns as long as it has rows", () => {
  const soup = fc.array(
    fc.constantFrom('"', ",", "\n", "\r", "a", "1", "1e999", " ", "\ufeff", '""', "NaN", "\0"),
  );
  fc.assert(
    fc.property(soup, (parts) => {
      const text = parts.join("");
      const columns = orRefused(() => parseCsvColumns(text));
      if (!columns) return;
      const { header, rows } = parseCsv(text);
      assertEquals([...columns.keys()], header);
      for (const column of columns.values()) assertEquals(column.length, rows.length);
    }),
    { ...options, numRuns: 3000 },
  );
});

Deno.test("decodeSafetensors() refuses a header over its bound before it reads it", () => {
  const bytes = fileOf("{", 0, 4_194_305n);
  assertThrows(
    () => decodeSafetensors(bytes),
    UsageError,
    "a header of 4194305 bytes, wanted at most 4194304",
  );
});
