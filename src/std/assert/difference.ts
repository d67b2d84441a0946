import { inspect } from "node:util";

/** How many lines of a difference are shown before the rest is left out. */
const SHOWN_LINES = 60;

/** `value` on one line, as far as it fits. */
export function show(value: unknown): string {
  return inspect(value, { depth: 10, sorted: true, breakLength: Infinity, maxArrayLength: 20 });
}

/**
 * The lines of `expected` (+) and `actual` (-) from the first that differs to the last that differs.
 * A long common part inside is kept: enough to see where two values part, without a full diff.
 */
export function difference(actual: unknown, expected: unknown): string {
  const [left, right] = [lines(actual), lines(expected)];
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head++;
  let tail = 0;
  const most = Math.min(left.length, right.length) - head;
  while (tail < most && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  const shown = [
    "[Diff] Actual / Expected",
    ...(head > 0 ? [`    (${head} equal lines)`, `    ${left[head - 1]}`] : []),
    ...clip(left.slice(head, left.length - tail)).map((line) => `-   ${line}`),
    ...clip(right.slice(head, right.length - tail)).map((line) => `+   ${line}`),
    ...(tail > 0 ? [`    ${left[left.length - tail]}`] : []),
  ];
  return `\n\n${shown.map((line) => `    ${line}`).join("\n")}\n`;
}

function lines(value: unknown): string[] {
  return inspect(value, {
    depth: Infinity,
    sorted: true,
    compact: false,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
  }).split("\n");
}

function clip(all: string[]): string[] {
  if (all.length <= SHOWN_LINES) return all;
  return [...all.slice(0, SHOWN_LINES), `... ${all.length - SHOWN_LINES} more lines`];
}
