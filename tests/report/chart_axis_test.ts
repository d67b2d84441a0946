import { assertEquals } from "@std/assert";
import { extentAcross, extentUp } from "../../src/report/chart_axis.ts";

/** An extent to six digits. */
function six([low, high]: readonly [number, number]): number[] {
  return [low, high].map((value) => Number(value.toPrecision(6)));
}

Deno.test("extentUp() has room around the values, and begins at 0 where they come near it", () => {
  assertEquals(six(extentUp([[100, 200], [150, NaN, Infinity]])), [96, 204]);
  assertEquals(six(extentUp([[10, 100]])), [0, 103.6]);
  assertEquals(six(extentUp([[-100, -10]])), [-103.6, 0]);
  assertEquals(six(extentUp([[-100, 0]])), [-104, 4]);
  assertEquals(six(extentUp([[], [NaN]])), [0, 1]);
});

Deno.test("extentUp() shows one value alone against 0, with its rounding errors", () => {
  assertEquals(six(extentUp([[100, 100]])), [0, 104]);
  assertEquals(six(extentUp([[100, 100 + 1e-12]])), [0, 104]);
  assertEquals(six(extentUp([[-200]])), [-208, 0]);
  assertEquals(six(extentUp([[1e-8]])), [0, 1.04e-8]);
  assertEquals(six(extentUp([[0, 0]])), [-1, 1]);
});

Deno.test("extentUp() of a log axis is as wide as its values, and no power of ten wider", () => {
  const room = (1e6) ** 0.04;
  assertEquals(six(extentUp([[1e-4, 0, -1, 100]], true)), six([1e-4 / room, 100 * room]));
  const half = Math.sqrt(10) * 10 ** 0.04;
  assertEquals(six(extentUp([[5]], true)), six([5 / half, 5 * half]));
  assertEquals(six(extentUp([[0, -1]], true)), [0.1, 1]);
});

Deno.test("extentAcross() is from 0 or below to the greatest value, and with log from the least", () => {
  assertEquals(extentAcross([[5, 20], [1]]), [0, 20]);
  assertEquals(extentAcross([[-5, -3]]), [-5, -3]);
  assertEquals(extentAcross([[-5, 3]]), [-5, 3]);
  assertEquals(extentAcross([[0]]), [0, 1]);
  assertEquals(extentAcross([[5, 20]], true), [5, 20]);
});
