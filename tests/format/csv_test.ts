import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { encodeCsvRow, parseCsv, parseCsvColumns } from "../../src/format/csv.ts";

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

Deno.test("parseCsvColumns() gives numbers by the names of their columns, NaN where there is none", () => {
  const columns = parseCsvColumns("a,__proto__\r\n1,\r\n\r\n-0, \n1e400,x\n");
  assertEquals([...columns], [
    ["a", Float64Array.of(1, -0, Infinity)],
    ["__proto__", Float64Array.of(NaN, NaN, NaN)],
  ]);
  assertEquals(parseCsvColumns("").size, 0);
});

Deno.test("parseCsvColumns() refuses two columns of one name, and more columns or numbers than it has room for", () => {
  assertThrows(() => parseCsvColumns("a,b,a\n"), UsageError, 'two columns are named "a"');
  assertThrows(() => parseCsvColumns(",".repeat(1e7)), UsageError, "line 1: over 1000 fields, wanted fewer");
  const wide = Array.from({ length: 1000 }, (_, i) => `${i}`).join(",");
  assertThrows(
    () => parseCsvColumns(wide + "\n".repeat(100_000)),
    UsageError,
    "it has 100,001 lines of 1000 fields, wanted at most 67,108,864 numbers",
  );
});

Deno.test("parseCsv() reads a field of some megabytes", () => {
  const long = 'a""\n'.repeat(4e6);
  const { header } = parseCsv(`"${long}",b`);
  assertEquals([header[0]!.length, header[1]], [4e6 * 3, "b"]);
});
