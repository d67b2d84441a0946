import { isBoxedPrimitive } from "node:util/types";

type Seen = Map<object, object>;

/**
 * Deep equality: NaN equals NaN, 0 equals -0, an absent key differs from one that is `undefined`,
 * and objects of different constructors differ.
 */
export function equal(actual: unknown, expected: unknown): boolean {
  return same(actual, expected, new Map());
}

function same(a: unknown, b: unknown, seen: Seen): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  return sameConstructor(a, b) && sameObject(a, b, seen);
}

function sameConstructor(a: object, b: object): boolean {
  return (a.constructor ?? Object) === (b.constructor ?? Object);
}

function sameObject(a: object, b: object, seen: Seen): boolean {
  if (a instanceof RegExp || a instanceof URL) return String(a) === String(b);
  if (a instanceof Date) return Object.is(a.getTime(), (b as Date).getTime());
  if (isBoxedPrimitive(a) && !Object.is(a.valueOf(), b.valueOf())) return false;
  if (ArrayBuffer.isView(a) && !(a instanceof DataView)) return sameElements(a, b);
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  if (a instanceof Set) return sameSet(a, b as Set<unknown>, seen);
  if (a instanceof Map) return sameMap(a, b as Map<unknown, unknown>, seen);
  return sameKeys(a, b, seen);
}

/** Typed arrays, apart from the general case because tests compare arrays of millions of numbers. */
function sameElements(a: ArrayBufferView, b: object): boolean {
  const [left, right] = [a, b] as unknown as [ArrayLike<unknown>, ArrayLike<unknown>];
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) {
    if (left[i] !== right[i] && !Object.is(left[i], right[i])) return false;
  }
  return true;
}

function sameSet(a: Set<unknown>, b: Set<unknown>, seen: Seen): boolean {
  if (a.size !== b.size) return false;
  const rest = [...b];
  return [...a].every((value) => {
    if (b.has(value)) return true;
    const at = rest.findIndex((other) => same(value, other, seen));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

function sameMap(a: Map<unknown, unknown>, b: Map<unknown, unknown>, seen: Seen): boolean {
  if (a.size !== b.size) return false;
  const rest = [...b];
  return [...a].every(([key, value]) => {
    if (b.has(key)) return same(value, b.get(key), seen);
    const at = rest.findIndex(([otherKey, other]) => same(key, otherKey, seen) && same(value, other, seen));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

function sameKeys(a: object, b: object, seen: Seen): boolean {
  const keys = ownKeys(a);
  if (keys.length !== ownKeys(b).length) return false;
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  if (a instanceof Error && a.message !== (b as Error).message) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same(at(a, key), at(b, key), seen));
}

function ownKeys(object: object): PropertyKey[] {
  const symbols = Object.getOwnPropertySymbols(object);
  return [
    ...Object.keys(object),
    ...symbols.filter((key) => Object.prototype.propertyIsEnumerable.call(object, key)),
  ];
}

function at(object: object, key: PropertyKey): unknown {
  return (object as Record<PropertyKey, unknown>)[key];
}
