/** The JSON schema of run configs, and values at paths of a config. @module */

/** The part of JSON schema that describes run configs. */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly $ref?: string;
}

/** Keys from the root of a config. */
export type Path = readonly string[];

/** Whether a value is an object with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands under a key of an object, its own keys alone; undefined elsewhere. */
export function under(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce(under, root);
}

/** The same with another value at a path; undefined takes the key away. */
export function withValue(root: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = withValue(under(root, key), rest, value);
  const { [key]: _, ...others } = isRecord(root) ? root : {};
  if (inner === undefined) return others;
  return isRecord(root) && key in root ? { ...root, [key]: inner } : { ...others, [key]: inner };
}

/** What may stand in place of a schema that has several forms: itself where it has one. */
export function variantsOf(schema: Schema): readonly Schema[] {
  const inner = [...schema.anyOf ?? [], ...schema.oneOf ?? []];
  return inner.length === 0 ? [schema] : inner.flatMap(variantsOf);
}

/** The `kind` of an object of this schema; undefined where it has none. */
export function kindOf({ properties }: Schema): string | undefined {
  const kind = properties?.["kind"]?.const;
  return typeof kind === "string" ? kind : undefined;
}

/** Whether a value is of the type of a schema, and of its kind where it has one. */
export function isOfForm(schema: Schema, value: unknown): boolean {
  switch (schema.type) {
    case "object": {
      if (!isRecord(value)) return false;
      const kind = schema.properties?.["kind"];
      if (!kind || kind.type === "string" && kind.const === undefined) return true;
      const given = under(value, "kind") ?? kind.default;
      return kind.const === given; // Where there is to be none, both are undefined.
    }
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "string":
      return typeof value === "string";
    case "integer":
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    default:
      return true;
  }
}
