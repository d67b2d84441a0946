/** Numbers as people read them. @module */

/** `12,000`: to the next integer, with separators. */
export function whole(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 0 });
}

/**
 * `187.4`, `0.05`, `0.0003061`, `12345.6`: to `digits` significant digits, whatever the size, or to one decimal where
 * there are more before the point. No separators, no zeros at the end.
 */
export function decimal(value: number, digits = 4): string {
  const short = Math.abs(value) < 10 ** (digits - 1) ? value.toPrecision(digits) : value.toFixed(1);
  return String(Number(short));
}

/** `97.5%` of 0.975. */
export function percent(share: number): string {
  return `${decimal(100 * share)}%`;
}

/** `1 seed`, `5 seeds`. */
export function count(number: number, thing: string): string {
  return `${whole(number)} ${thing}${number === 1 ? "" : "s"}`;
}
