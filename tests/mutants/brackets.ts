/** Mutants that need to know where an expression begins and ends. @module */

/** A change within a line: what stands from `start` to `end` becomes `text`. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `if (a)` as `if (!(a))`, and `a ? b : c` as `!(a) ? b : c`. */
export function turnedConditions(code: string): Change[] {
  const changes: Change[] = [];
  for (const { index, 0: found } of code.matchAll(/(?<![\w.])(?:if|while) \(/g)) {
    const open = index + found.length - 1;
    const close = closing(code, open);
    if (close > 0) changes.push(turned(code, open + 1, close));
  }
  for (const { index } of code.matchAll(/ \? /g)) {
    changes.push(turned(code, conditionStart(code, index), index));
  }
  return changes;
}

function turned(code: string, start: number, end: number): Change {
  return { start, end, text: `!(${code.slice(start, end)})` };
}

/** Where the condition begins that ends at `end`: after what cannot be part of one. */
function conditionStart(code: string, end: number): number {
  let depth = 0;
  for (let at = end - 1; at >= 0; at--) {
    const character = code[at]!;
    if (")]}".includes(character)) depth++;
    if ("([{".includes(character) && depth-- === 0) return at + 1;
    if (depth > 0) continue;
    const before = /(?:^\s*|[,;:?] |(?<![=!<>])= |=> |\breturn |\.\.\.)$/.exec(code.slice(0, at));
    if (before) return at;
  }
  return 0;
}

/** Every argument of a call, property of an object and item of a list, left out one by one. */
export function droppedItems(code: string): Change[] {
  const line = /^\s+(?:\.\.\.)?[\w.$#]+(?:[:([ ?].*)?,$/.exec(code);
  const whole = line && closedWithin(code)
    ? [{ start: code.length - code.trimStart().length, end: code.length, text: "" }]
    : [];
  return [...whole, ...opened(code).flatMap(({ open, close }) => droppedFrom(code, open, close))];
}

function closedWithin(code: string): boolean {
  return [..."([{"].every((bracket) =>
    [...code].every((character, at) => character !== bracket || closing(code, at) > 0)
  );
}

/** Brackets that close on the same line: of calls, lists and objects, not of conditions and parameters. */
function opened(code: string): { open: number; close: number }[] {
  if (/\bfunction\b|^\s*(?:constructor|get|set|static|async|override)\b/.test(code)) return [];
  return [...code].flatMap((character, open) => {
    if (!"([{".includes(character)) return [];
    const before = code.slice(0, open);
    if (character === "(" && !/[\w$\])>]$/.test(before)) return [];
    if (/\b(?:if|while|for|switch|catch)\s?$/.test(before) || /\b(?:const|let|var)\s$/.test(before)) {
      return [];
    }
    const close = closing(code, open);
    return close > open + 1 ? [{ open, close }] : [];
  });
}

function droppedFrom(code: string, open: number, close: number): Change[] {
  const items = separated(code, open + 1, close);
  const only = items.length === 1;
  // The one argument of a call is seldom optional, an index never, and a block is no object.
  const indispensable = code[open] === "(" || code[open] === "[" && /[\w$\])!]$/.test(code.slice(0, open));
  if (only && (indispensable || code.slice(open, close).includes(";"))) return [];
  return items.map(([start, end], i) => {
    if (only) return { start, end, text: "" };
    return i === 0 ? { start, end: items[1]![0], text: "" } : { start: start - 1, end, text: "" };
  });
}

/** The items between two places of a line, as [start, end), parted by commas that stand in no inner bracket. */
function separated(code: string, start: number, end: number): [number, number][] {
  const commas: number[] = [];
  let depth = 0;
  for (let at = start; at < end; at++) {
    if ("([{".includes(code[at]!)) depth++;
    if (")]}".includes(code[at]!)) depth--;
    if (code[at] === "," && depth === 0) commas.push(at);
  }
  const edges = [start - 1, ...commas, end];
  return edges.slice(1).map((edge, i) => [edges[i]! + 1, edge]);
}

/** Where the bracket at `open` closes; -1 when not on this line. */
function closing(code: string, open: number): number {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if ("([{".includes(code[at]!)) depth++;
    if (")]}".includes(code[at]!) && --depth === 0) return at;
  }
  return -1;
}
