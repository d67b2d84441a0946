import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { encodeCsvRow, parseCsv } from "../../src/format/csv.ts";

Deno.test("encodeCsvRow() quotes commas, quotes and line breaks, and nothing else", () => {
  assertStrictEquals(
    encodeCsvRow(["a b", "a,b", 'say "hi"', "two\nlines", "'"]),
    `a b,"a,b","say ""hi""","two\nlines",'`,
  );
});

Deno.test("encodeCsvRow() leaves undefined and null empty", () => {
  assertStrictEquals(encodeCsvRow([1, undefined, null, true]), "1,,,true");
  assertStrictEquals(encodeCsvRow([undefined]), '""');
  assertStrictEquals(encodeCsvRow([]), "");
});

Deno.test("encodeCsvRow() writes numbers so that they read back as the same", () => {
  const numbers = [
    0.1,
    -0,
    1e21,
    1e-7,
    Math.fround(0.1),
    Number.MAX_VALUE,
    Number.MIN_VALUE,
    NaN,
    -Infinity,
    3,
  ];
  const row = encodeCsvRow(numbers);
  assertStrictEquals(row.slice(0, 14), "0.1,-0,1e+21,1");
  row.split(",").forEach((text, i) => assertStrictEquals(Number(text), numbers[i]));
});

Deno.test("parseCsv() undoes encodeCsvRow(), with either line break", () => {
  const rows = [["name", "value"], ["a,b", 'x"y'], ["two\r\nlines", ""], ["", "\n"]];
  for (const lineBreak of ["\n", "\r\n"]) {
    const text = rows.map(encodeCsvRow).join(lineBreak);
    assertEquals(parseCsv(text), { header: rows[0]!, rows: rows.slice(1) });
    assertEquals(parseCsv("\uFEFF" + text + lineBreak), { header: rows[0]!, rows: rows.slice(1) });
  }
});

Deno.test("parseCsv() skips empty lines but keeps a quoted empty field", () => {
  assertEquals(parseCsv('a\n\n1\n""\n\n'), { header: ["a"], rows: [["1"], [""]] });
  assertEquals(parseCsv(""), { header: [], rows: [] });
  assertEquals(parseCsv("a,b\n1,"), { header: ["a", "b"], rows: [["1", ""]] });
});

Deno.test("parseCsv() names the line of a row of the wrong length or an open quote", () => {
  assertThrows(() => parseCsv('a,b\n"1\n",2\n3\n'), UsageError, "CSV line 4: 1 fields, wanted 2");
  assertThrows(() => parseCsv('a,b\n1,2\n"3,4\n'), UsageError, "CSV line 3: a quoted field does not end");
  assertThrows(() => parseCsv('a\n"1"2\n'), UsageError, "CSV line 2");
});
