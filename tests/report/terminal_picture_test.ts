import { assertEquals, assertThrows } from "@std/assert";
import { terminalPicture } from "../../src/report/terminal_picture.ts";
import { picture } from "./pixels.ts";

const red = 0xff0000, blue = 0x0000ff, black = 0;

Deno.test("terminalPicture has two pixels a character, upper in front and lower behind", () => {
  const square = picture(2, 2, (x, y) => y === 0 ? red : x === 0 ? blue : black);
  assertEquals(
    terminalPicture(square, { columns: 2 }),
    "\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[38;2;255;0;0;48;2;0;0;0m▀\x1b[0m",
  );
});

Deno.test("terminalPicture sets colours only where they change, and ends lines with the terminal's own", () => {
  const flat = picture(30, 20, () => blue);
  const line = `\x1b[38;2;0;0;255;48;2;0;0;255m${"▀".repeat(6)}\x1b[0m`;
  assertEquals(terminalPicture(flat, { columns: 6 }), `${line}\n${line}`);
  assertEquals(terminalPicture(flat).split("\n").length, 27); // 80 columns are 53.3 pixels high.
});

Deno.test("terminalPicture takes the mean of the area behind a character", () => {
  const stripes = picture(8, 8, (x) => x % 2 === 0 ? red : blue);
  assertEquals(terminalPicture(stripes, { columns: 1 }), "\x1b[38;2;128;0;128;48;2;128;0;128m▀\x1b[0m");
  const top = picture(8, 8, (_, y) => y < 4 ? red : blue);
  assertEquals(terminalPicture(top, { columns: 1 }), "\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[0m");
});

Deno.test("terminalPicture refuses a width that is none", () => {
  assertThrows(
    () => terminalPicture(picture(2, 2, () => red), { columns: 0 }),
    RangeError,
    "Cannot draw in a terminal: columns is 0, wanted a positive integer",
  );
});
