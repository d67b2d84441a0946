/** Values of configs by their paths, and how names, axes and tables show them. @module */

/** The shortest end of a path that no other path has: `capacity`, `target.every`. */
export function shortName(path: string, known: readonly string[]): string {
  const parts = path.split(".");
  for (let i = parts.length - 1; i > 0; i--) {
    const tail = parts.slice(i).join(".");
    if (!known.some((other) => other !== path && `.${other}`.endsWith(`.${tail}`))) return tail;
  }
  return path;
}

/** A value in a few characters: texts without quotes, `not set` for undefined, all else as JSON. */
export function showValue(value: unknown): string {
  if (value === undefined) return "not set";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Each value once, in the order of its first; lists and objects are compared by what they hold. */
export function distinct<T>(values: readonly T[]): T[] {
  const found = new Map<string, T>();
  for (const value of values) {
    const id = JSON.stringify(value);
    if (!found.has(id)) found.set(id, value);
  }
  return [...found.values()];
}

/** Whether two values of configs are the same; lists and objects by what they hold. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether a value is an object with keys: no list, and not null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The values of a config by their paths, as in `agent.optimizer.learningRate`; a list or an empty object is one value. */
export function leaves(config: object, prefix = ""): [path: string, value: unknown][] {
  return Object.entries(config).flatMap(([key, value]): [string, unknown][] =>
    isRecord(value) && Object.keys(value).length > 0
      ? leaves(value, `${prefix}${nameIn(key)}.`)
      : [[`${prefix}${nameIn(key)}`, value]]
  );
}

/** A key as a path has it: in quotes where it holds what parts the keys of a path. */
function nameIn(key: string): string {
  return key.includes(".") ? JSON.stringify(key) : key;
}
