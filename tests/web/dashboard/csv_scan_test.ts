import { assertEquals, assertLessOrEqual } from "@std/assert";
import { scanLines } from "../../../src/web/dashboard/csv_scan.ts";

/** What is read of the columns of a text. */
function scan(text: string, columns: number[]): number[][] {
  const rows: number[][] = [];
  const bytes = new TextEncoder().encode(text);
  scanLines(bytes, text.lastIndexOf("\n") + 1, { columns, take: (fields) => rows.push([...fields]) });
  return rows;
}

Deno.test("scanLines() reads the numbers of columns, NaN where a field is empty, missing or no number", () => {
  const text = "1,2.5,-3\n\n4,,6\n7\n8,x,9 \n,,\n1,2,3,4\n5,6,7";
  assertEquals(scan(text, [0, 2]), [[1, -3], [NaN, NaN], [4, 6], [7, NaN], [8, 9], [NaN, NaN], [1, 3]]);
  assertEquals(scan(text, [1]), [[2.5], [NaN], [NaN], [NaN], [NaN], [NaN], [2]]);
});

Deno.test("scanLines() takes line ends of Windows, and fields of any length", () => {
  const long = "9".repeat(400);
  assertEquals(scan(`1,2\r\n${long},3\r\n${"x".repeat(400)},4\r\n`, [0, 1]), [[1, 2], [Infinity, 3], [
    NaN,
    4,
  ]]);
});

/** Of a number: characters of it are read as far as they hold 15 digits at least. */
const lastDigit = 1e-14;

Deno.test("scanLines() reads every form of a number as JavaScript does, but for the last digit", () => {
  const numbers = [
    0,
    -0,
    0.1,
    -12.75,
    1e21,
    1.5e-7,
    -2.5e-300,
    123456789012345,
    Number.MAX_VALUE,
    Math.PI,
    1 / 3e5,
  ];
  const random = Array.from({ length: 500 }, (_, i) => Math.sin(i) * 10 ** (i % 12 - 6));
  for (const number of [...numbers, ...random]) {
    const [[read]] = scan(`7,${number},8\n`, [1]) as [[number]];
    assertLessOrEqual(Math.abs(read - number), lastDigit * Math.abs(number), `${number}`);
  }
  assertEquals(scan("NaN,Infinity,-Infinity\n", [0, 1, 2]), [[NaN, Infinity, -Infinity]]);
  assertEquals(scan("1.,.5,-,--1,1.2.3,+1\n", [0, 1, 2, 3, 4, 5]), [[1, 0.5, NaN, NaN, NaN, 1]]);
});
