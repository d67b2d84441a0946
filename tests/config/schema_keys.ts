/** Every key of a schema by its path, and a config that sets one. @module */

type Schema = Readonly<Record<string, unknown>>;

/**
 * Paths of all values that a JSON schema names: `agent(dqn).optimizer(adam).beta1`, where parentheses hold the kind of an
 * object that may be of several, and `log.print[].text` in each item of a list. Which kind it is, `agent.kind` say, is a
 * value too.
 */
export function schemaKeys(schema: Schema, path = ""): string[] {
  const alternatives = [schema["anyOf"], schema["oneOf"]].flatMap((some) => (some ?? []) as Schema[]);
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Schema>);
  const items = schema["items"] as Schema | undefined;
  if (properties.length > 0) {
    return properties.filter(([name, value]) => name !== "kind" || !("const" in value)).flatMap((
      [name, value],
    ) => schemaKeys(value, path === "" ? name : `${path}.${name}`));
  }
  const labelled = alternatives.some((one) => labelOf(one) !== "") ? [`${path}.kind`] : [];
  const inner = items
    ? schemaKeys(items, `${path}[]`)
    : alternatives.flatMap((one) => schemaKeys(one, path + labelOf(one)));
  const named = inner.filter((key) => key !== `${path}[]` && !/\(\w[\w-]*\)$/.test(key));
  return [...new Set([...labelled, ...named.length + labelled.length > 0 ? named : [path]])];
}

/** `(adam)` for an object of that kind. */
function labelOf(schema: Schema): string {
  const kind = (schema["properties"] as Record<string, Schema> | undefined)?.["kind"]?.["const"];
  return kind === undefined ? "" : `(${kind})`;
}

/** An object of any depth. */
export type Tree = { readonly [key: string]: unknown };

/**
 * `config` with `value` at the path of a key. An object of another kind than the path's is replaced by one of that kind
 * with what `starts` names for it; a list, by one of its first item.
 */
export function withKey(
  config: unknown,
  [path, value]: readonly [path: string, value: unknown],
  starts: Readonly<Record<string, Tree>>,
): unknown {
  const found = /^\.?(?:(\[\])|\(([\w-]+)\)|([^.[(]+))(.*)$/.exec(path);
  if (!found) return value;
  const [, list, kind, name, rest = ""] = found;
  const tree = (typeof config === "object" ? config : {}) as Tree;
  const ofKind = (kind: string) => ({ kind, ...starts[kind] });
  if (list) return [withKey((config as readonly unknown[] | undefined)?.[0], [rest, value], starts)];
  if (kind) return withKey(tree["kind"] === kind ? tree : ofKind(kind), [rest, value], starts);
  if (name === "kind") return value === undefined ? {} : ofKind(value as string);
  return { ...tree, [name!]: withKey(tree[name!], [rest, value], starts) };
}
