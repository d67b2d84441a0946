/** Ways to spoil a file, drawn at random: the same for the same seed. @module */
import { Random, Stream } from "../../src/core/random.ts";

/** Draws for mutations. */
export class Draws {
  readonly #random: Random;

  /** Of a seed. */
  constructor(seed: number) {
    this.#random = new Random(seed, Stream.host);
  }

  /** A whole number below `end`; 0 where that is 0. */
  below(end: number): number {
    return end > 0 ? this.#random.below(end) : 0;
  }

  /** One of some values. */
  of<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** Where a part of so many begins and ends. */
  span(length: number): [start: number, end: number] {
    const start = this.below(length + 1);
    return [start, start + this.below(Math.min(length - start, 64) + 1)];
  }
}

/** Numbers that nobody expects: too large, too small, none, and on the edges of what types hold. */
const numbers = [
  "-1 0 -0 1e999 -1e999 1e308 1e-320 NaN Infinity 0.5 1.5 255 256 65536 4294967295 4294967296 2147483648",
  "9007199254740991 9007199254740993 18446744073709551615 18446744073709551616 1e15 00 1_000 0x10 null true {} []",
].join(" ").split(" ");

/** Texts that mean something to somebody. */
const texts = [
  "",
  " ",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "../../escaped",
  "/dev/zero",
  "a\\u0000b",
  "\\ud800",
  "\ud800",
  "\\u202e",
  "\x1b[2J",
  "%s{0}{}",
  "x".repeat(5000),
  "\n",
  "<script>",
  "=1+1",
];

/** What brackets and comments are made of. */
const marks = [
  ..."{}[]()<>,:;\"'\\/*=@-.\0\t\v\r\n\u2028\u0085",
  "//",
  "/*",
  "*/",
  '""',
  "\ufeff",
  "{".repeat(200),
  "[".repeat(100_000),
  "(".repeat(1000),
  '{"a":'.repeat(1000),
];

type Change = (text: string, draws: Draws) => string;

function splice(text: string, [start, end]: readonly [number, number], by: string): string {
  return text.slice(0, start) + by + text.slice(end);
}

/** Puts something else for one of what a pattern finds. */
function replaceOne(
  text: string,
  draws: Draws,
  { pattern, by }: { pattern: RegExp; by: (found: string) => string },
) {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const { 0: all, index } = draws.of(found);
  return splice(text, [index, index + all.length], by(all));
}

const changes: readonly Change[] = [
  (text, draws) => text.slice(0, draws.below(text.length)),
  (text, draws) => text.slice(draws.below(text.length)),
  (text, draws) => splice(text, draws.span(text.length), ""),
  (text, draws) => {
    const [start, end] = draws.span(text.length);
    return splice(text, [end, end], text.slice(start, end).repeat(1 + draws.below(3)));
  },
  (text, draws) => {
    const at = draws.below(text.length + 1);
    return splice(text, [at, at], draws.of(marks));
  },
  (text, draws) => {
    const at = draws.below(text.length);
    return splice(text, [at, at + 1], String.fromCharCode(draws.below(0x10000)));
  },
  (text, draws) =>
    replaceOne(text, draws, { pattern: /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi, by: () => draws.of(numbers) }),
  (text, draws) =>
    replaceOne(text, draws, { pattern: /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi, by: () => draws.of(numbers) }),
  (text, draws) => replaceOne(text, draws, { pattern: /"[^"\n]*"/g, by: () => `"${draws.of(texts)}"` }),
  (text, draws) => replaceOne(text, draws, { pattern: /"[^"\n]*"/g, by: () => draws.of(numbers) }),
  (text, draws) => replaceOne(text, draws, { pattern: /\b[a-z_]\w*/gi, by: () => draws.of(texts) }),
  (text, draws) => { // One key by the name of another.
    const keys = Array.from(text.matchAll(/"[^"\n]*"(?=\s*:)/g), ([key]) => key);
    return replaceOne(text, draws, { pattern: /"[^"\n]*"(?=\s*:)/g, by: (key) => draws.of([...keys, key]) });
  },
  (text, draws) =>
    replaceOne(text, draws, { pattern: /"[^"\n]*"\s*:[^,{}[\]]*,/g, by: (pair) => pair + pair }),
  (text, draws) => replaceOne(text, draws, { pattern: /[{[][^{}[\]]*[}\]]/g, by: () => draws.of(numbers) }),
  (text, draws) =>
    replaceOne(text, draws, { pattern: /[^\n]*\n/g, by: (line) => line.repeat(draws.below(3)) }),
  (text, draws) =>
    replaceOne(text, draws, { pattern: /[^,\n]*,/g, by: (part) => draws.of([part + part, "", ","]) }),
  (text) => `\ufeff${text}`,
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => text + text,
  () => "",
];

/** A text with one to three changes. */
export function mutateText(text: string, draws: Draws): string {
  let changed = text;
  for (let times = 1 + draws.below(3); times > 0; times--) changed = draws.of(changes)(changed, draws);
  return changed;
}

/** Lengths and offsets that nobody has. */
const extremes = [0n, 1n, 7n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

/** Bytes with a change that knows nothing of what they mean. */
export function mutateBytes(bytes: Uint8Array, draws: Draws): Uint8Array<ArrayBuffer> {
  const changed = bytes.slice();
  const [start, end] = draws.span(bytes.length);
  switch (draws.below(6)) {
    case 0:
      return changed.slice(0, draws.below(bytes.length));
    case 1:
      return changed.slice(draws.below(bytes.length));
    case 2:
      return Uint8Array.from([...changed.subarray(0, start), ...changed.subarray(end)]);
    case 3:
      return Uint8Array.from([...changed.subarray(0, end), ...changed.subarray(start)]);
    case 4: {
      const at = Math.min(draws.of([0, start]), Math.max(0, bytes.length - 8));
      if (bytes.length >= 8) new DataView(changed.buffer).setBigUint64(at, draws.of(extremes), true);
      return changed;
    }
    default:
      for (let i = 0; i <= draws.below(8); i++) changed[draws.below(bytes.length)]! ^= 1 << draws.below(8);
      return changed;
  }
}

/** A safetensors file whose header is changed as a text, and its length with it. */
export function mutateHeader(bytes: Uint8Array, draws: Draws): Uint8Array<ArrayBuffer> {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const text = mutateText(new TextDecoder().decode(bytes.subarray(8, 8 + length)), draws);
  const header = new TextEncoder().encode(text);
  const changed = new Uint8Array(bytes.length - length + header.length);
  new DataView(changed.buffer).setBigUint64(0, BigInt(header.length), true);
  changed.set(header, 8);
  changed.set(bytes.subarray(8 + length), 8 + header.length);
  return changed;
}
