import { assertEquals, assertThrows } from "@std/assert";
import { type Mark, readFormula } from "../../src/web/lessons/formula.ts";

/** A tree in one line: `mi(x)`. */
function flat({ tag, children }: Mark): string {
  return `${tag}(${children.map((child) => typeof child === "string" ? child : flat(child)).join(" ")})`;
}

const read = (text: string) => flat(readFormula(text).children[0] as Mark);

Deno.test("readFormula() reads variables, numbers, words and signs", () => {
  assertEquals(read("x"), "mi(x)");
  assertEquals(read("0.5 x - 10"), "mrow(mn(0.5) mi(x) mo(−) mn(10))");
  assertEquals(read("\\gamma<=exp(x)"), "mrow(mi(γ) mo(≤) mi(exp) mo(() mi(x) mo()))");
});

Deno.test("readFormula() puts indices, powers and primes on what comes before", () => {
  assertEquals(read("s'"), "msup(mi(s) mo(′))");
  assertEquals(read("x_{i + 1}^2"), "msubsup(mi(x) mrow(mi(i) mo(+) mn(1)) mn(2))");
  assertEquals(read("max_{a'} Q"), "mrow(munder(mi(max) msup(mi(a) mo(′))) mi(Q))");
  assertEquals(read("\\epsilon_n"), "msub(mi(ε) mi(n))");
  assertEquals(read("\\theta^\\minus"), "msup(mi(θ) mo(−))");
});

Deno.test("readFormula() reads fractions and cases", () => {
  assertEquals(read("\\frac{1}{2 n}"), "mfrac(mn(1) mrow(mn(2) mi(n)))");
  assertEquals(
    read("\\cases{a & b; c & d}"),
    "mrow(mo({) mtable(mtr(mtd(mi(a)) mtd(mi(b))) mtr(mtd(mi(c)) mtd(mi(d)))))",
  );
});

Deno.test("readFormula() refuses what it cannot read", () => {
  assertThrows(() => readFormula("a }"), Error, 'Cannot read the formula a }: "}" is left over');
  assertThrows(() => readFormula("{a"), Error, "Cannot read a formula: it ends too early");
  assertThrows(() => readFormula("\\frac a b"), Error, 'Cannot read a formula: "a", wanted "{"');
});
