import { assertEquals } from "@std/assert";
import { count, decimal, percent, whole } from "../../src/core/numbers.ts";

Deno.test("decimal() keeps significant digits of small numbers and one decimal of large ones", () => {
  const values = [3.0612e-4, -1.1812e-4, 0.0123456, 9.12345, 187.43, 500, -1200000, 12345.678, 1.5e-9, 0, -0];
  assertEquals(values.map((value) => decimal(value)), [
    "0.0003061",
    "-0.0001181",
    "0.01235",
    "9.123",
    "187.4",
    "500",
    "-1200000",
    "12345.7",
    "1.5e-9",
    "0",
    "0",
  ]);
  assertEquals([0.123456, 12.3456, 123.456].map((value) => decimal(value, 3)), ["0.123", "12.3", "123.5"]);
  assertEquals([NaN, Infinity].map((value) => decimal(value)), ["NaN", "Infinity"]);
});

Deno.test("whole() rounds and separates, percent() and count() name their unit", () => {
  assertEquals([12_000, 1234.5678, 0.4].map(whole), ["12,000", "1,235", "0"]);
  assertEquals([0.975, 1, 0.00012346].map(percent), ["97.5%", "100%", "0.01235%"]);
  assertEquals([count(1, "seed"), count(5000, "seed")], ["1 seed", "5,000 seeds"]);
});
