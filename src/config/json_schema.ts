/** What the JSON schema of run configs says of the keys at a path. @module */

/** The part of JSON schema that describes run configs. */
export interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: unknown;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
}

/** The objects that may stand at `path`: several where they differ by kind, none where no object may. */
export function objectsAt(schema: JsonSchema, path: readonly string[]): JsonSchema[] {
  let found = alternatives(schema);
  for (const key of path) {
    found = found.flatMap((one) => {
      const inner = one.items && /^\d+$/.test(key) ? one.items : propertyOf(one, key);
      return inner ? alternatives(inner) : isOpen(one) ? [one] : [];
    });
  }
  return found.filter((one) => one.properties || isOpen(one));
}

/** What may stand under a key of an object; undefined where it has no such key. */
export function propertyOf({ properties = {} }: JsonSchema, key: string): JsonSchema | undefined {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}

/** The keys that may stand in the object at `path`: those of its kind, if it has one that is known. */
export function knownKeys(schema: JsonSchema, path: readonly string[], value: unknown): string[] {
  const objects = objectsAt(schema, path);
  const kind = (value as { kind?: unknown } | undefined)?.kind;
  const alike = objects.filter((object) => isOfKind(object, kind));
  const keys = (alike.length > 0 ? alike : objects).flatMap(({ properties }) =>
    Object.keys(properties ?? {})
  );
  return [...new Set(keys)];
}

/** Whether an object of this schema may have this `kind`; undefined is none. */
export function isOfKind({ properties }: JsonSchema, kind: unknown): boolean {
  const allowed = properties?.["kind"];
  if (!allowed) return kind === undefined;
  return allowed.const === kind || (allowed.enum?.includes(kind) ?? false);
}

/** Whether the object takes any key, all the way down. */
export function isOpen({ additionalProperties }: JsonSchema): boolean {
  return typeof additionalProperties === "object";
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return [schema, ...[...schema.anyOf ?? [], ...schema.oneOf ?? []].flatMap(alternatives)];
}
