import { assertEquals, assertThrows } from "@std/assert";
import { WgslError } from "../../../src/wasm/wgsl/error.ts";
import { discoverTemplates } from "../../../src/wasm/wgsl/templates.ts";
import { tokenize } from "../../../src/wasm/wgsl/tokens.ts";

const texts = (text: string) => tokenize(text).slice(0, -1).map((token) => token.text);

Deno.test("tokenize reads every form of number with its type", () => {
  const numbers: Record<string, [value: number | bigint, scalar: string]> = {
    "0": [0n, "abstract-int"],
    "42": [42n, "abstract-int"],
    "0xfF": [255n, "abstract-int"],
    "9223372036854775807": [2n ** 63n - 1n, "abstract-int"],
    "7u": [7, "u32"],
    "4294967295u": [4294967295, "u32"],
    "0XAu": [10, "u32"],
    "7i": [7, "i32"],
    "2147483647i": [2147483647, "i32"],
    "1.": [1, "abstract-float"],
    ".5": [0.5, "abstract-float"],
    "1e3": [1000, "abstract-float"],
    "1.5E-2": [0.015, "abstract-float"],
    "007.5": [7.5, "abstract-float"],
    "1e-400": [0, "abstract-float"],
    "0.1": [0.1, "abstract-float"],
    "0.1f": [Math.fround(0.1), "f32"],
    "0f": [0, "f32"],
    "1e3f": [1000, "f32"],
    "0x1p4": [16, "abstract-float"],
    "0x.8": [0.5, "abstract-float"],
    "0x1.8p-1": [0.75, "abstract-float"],
    "0xfp1": [30, "abstract-float"],
    "0x1.fffffep127f": [3.4028234663852886e38, "f32"],
    "0x1p-149f": [2 ** -149, "f32"],
    "0x1p-1074": [2 ** -1074, "abstract-float"],
    "0x1p1023": [2 ** 1023, "abstract-float"],
    "0x0p9f": [0, "f32"],
  };
  for (const [text, [value, scalar]] of Object.entries(numbers)) {
    assertEquals(tokenize(text)[0]!.number, { value, scalar }, text);
    assertEquals(texts(text), [text]);
  }
});

Deno.test("tokenize refuses what is no number of WGSL", () => {
  const refused =
    "012 1.5u 0x 1abc 1h 1.5h 4294967296u 2147483648i 9223372036854775808 1e400 3.5e38f 0x1p128f " +
    "0x1p-150f 0x1p1024 0x1p-1075 0x1.8000001p0f 0x1.00000000000001p0 1_000 0b1";
  for (const text of refused.split(" ")) assertThrows(() => tokenize(text), WgslError, undefined, text);
});

Deno.test("tokenize takes the longest operator", () => {
  assertEquals(texts("a+++b<<=c>>=d->e&&&f"), [
    "a",
    "++",
    "+",
    "b",
    "<<=",
    "c",
    ">>=",
    "d",
    "->",
    "e",
    "&&",
    "&",
    "f",
  ]);
  assertEquals(texts("a.x.5"), ["a", ".", "x", ".5"]);
});

Deno.test("tokenize leaves comments out, those within comments too, and counts lines by line feeds", () => {
  const text = "a // b\r\nc /* d\n/* e\n*/ f */ g\n\n/**/h//";
  assertEquals(tokenize(text).map(({ text, line }) => [text, line]), [
    ["a", 1],
    ["c", 2],
    ["g", 4],
    ["h", 6],
    ["", 6],
  ]);
  assertThrows(() => tokenize("a\n/* /* */"), WgslError, "no `*/`");
});

Deno.test("tokenize tells names, keywords and reserved words apart", () => {
  assertEquals(
    tokenize("if iff _a æ变量9 _ true").map(({ kind }) => kind),
    ["keyword", "name", "name", "name", "symbol", "keyword", "end"],
  );
  for (const text of ["enum", "__a", "a\u0000", "$", "'", "#"]) {
    assertThrows(() => tokenize(text), WgslError, undefined, text);
  }
});

Deno.test("discoverTemplates tells template lists from comparisons", () => {
  const marked = (text: string) =>
    discoverTemplates(tokenize(text)).map((token) =>
      token.kind === "template" ? `[${token.text}]` : token.text
    ).join("");
  const cases: Record<string, string> = {
    "array<f32,4>()": "array[<]f32,4[>]()",
    "a<b;c>d": "a<b;c>d",
    "a<b,c>(d)": "a[<]b,c[>](d)",
    "(a<b)==(c>d)": "(a<b)==(c>d)",
    "a<b&&c>d": "a<b&&c>d",
    "a<b||c>d": "a<b||c>d",
    "array<array<f32,2>,3>": "array[<]array[<]f32,2[>],3[>]",
    "vec2<vec2<f32>>=x": "vec2[<]vec2[<]f32[>][>]=x",
    "a<b>=c": "a[<]b[>]=c",
    "1<a>2": "1<a>2",
    "a[i<j]>k": "a[i<j]>k",
    "var<storage,read>x": "var[<]storage,read[>]x",
    "array<f32,(1>2)>": "array[<]f32,(1>2)[>]",
    "a<b>>c": "a[<]b[>]>c",
    "a<=b>c": "a<=b>c",
    "a<<b>c": "a<<b>c",
    "if(a<b){c>d": "if(a<b){c>d",
  };
  for (const [text, expected] of Object.entries(cases)) assertEquals(marked(text), expected, text);
});
