/** Values of fields: as texts, and what a form of a value begins with. @module */
import { isRecord, kindOf, type Schema, under } from "./schema.ts";

/** What required keys without a default begin with. */
const beginnings: Readonly<Record<string, unknown>> = {
  start: 1,
  end: 0.05,
  duration: 10_000,
  decay: 1000,
  factor: 0.99,
  limit: 10,
  times: 3,
};

/** What a value begins with that takes this form, with what the one before has in common with it. */
export function beginningOf(schema: Schema, before: unknown): unknown {
  if (schema.const !== undefined) return schema.const;
  switch (schema.type) {
    case "null":
      return null;
    case "integer":
    case "number":
      return numberFrom(schema, before);
    case "object": {
      const { properties = {}, required = [] } = schema;
      const kept = isRecord(before)
        ? Object.entries(before).filter(([key]) => key !== "kind" && properties[key] && !properties[key].not)
        : [];
      const kind = kindOf(schema);
      const needed = required.filter((key) => key !== "kind" && under(before, key) === undefined);
      return {
        ...kind === undefined ? {} : { kind },
        ...Object.fromEntries(kept),
        ...Object.fromEntries(needed.map((key) => [key, properties[key]?.default ?? beginnings[key] ?? 1])),
      };
    }
    default:
      return schema.default;
  }
}

/** The value at the end of a schedule stays when it becomes a fixed one. */
function numberFrom(
  { default: given, minimum = 0, maximum = Infinity, type }: Schema,
  before: unknown,
): number {
  const end = under(before, "end") ?? given;
  const number = typeof end === "number" ? end : type === "integer" ? 100 : 0.1;
  return Math.min(maximum, Math.max(minimum, number));
}

/** A value as a field shows it; "" where there is none. */
export function textOfValue(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => typeof item === "number")) return value.join(", ");
  return JSON.stringify(value);
}

/** The value that a field's text stands for: undefined of nothing, and the text itself where it is no such value. */
export function valueOfText({ type }: Schema, text: string): unknown {
  const bare = text.trim();
  if (bare === "") return undefined;
  if (type === "string") return text;
  if (type === "array" && /^[\d\s.,e+-]+$/i.test(bare)) {
    return bare.split(/[\s,]+/).filter((part) => part !== "").map(Number);
  }
  try {
    return JSON.parse(bare);
  } catch {
    return Number.isNaN(Number(bare)) ? bare : Number(bare);
  }
}
