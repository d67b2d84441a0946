/** Selectors of `switch`. Source: the WGSL specification, "Switch Statement". @module */
import { convertTo } from "./convert.ts";
import { WgslError } from "./error.ts";
import type { Expression, Type } from "./tree.ts";
import { commonScalar, concreteType, type Node, scalarOf, scalarType, typeName } from "./types.ts";

/** The selector and the values of each case, which `default` among them has none of, made one type. @throws {WgslError} If they are at fault. */
export function checkSelectors(
  selector: Node,
  cases: readonly (readonly (Node | undefined)[])[],
  line: number,
): { readonly selector: Expression; readonly values: readonly number[][] } {
  const nodes = cases.flat().filter((node) => node !== undefined);
  for (const node of nodes) {
    if (node.kind !== "constant") {
      throw new WgslError("a case is an expression of constants alone", node.line);
    }
  }
  const type = commonType([selector, ...nodes], line);
  const seen = new Set<number>();
  const valueOf = (node: Node) => {
    const value = (convertTo(node, type) as Expression & { kind: "constant" }).value as number;
    if (seen.has(value)) throw new WgslError(`case ${value} stands in this switch twice`, node.line);
    seen.add(value);
    return value;
  };
  const values = cases.map((selectors) => selectors.filter((node) => node !== undefined).map(valueOf));
  const defaults = cases.flat().length - nodes.length;
  if (defaults !== 1) throw new WgslError(`a switch has one default, got ${defaults}`, line);
  return { selector: convertTo(selector, type), values };
}

function commonType(nodes: readonly Node[], line: number): Type {
  const scalar = commonScalar(nodes.map((node) => scalarOf(node.type) ?? "bool"));
  const type = scalar && concreteType(scalarType(scalar));
  const isWhole = type && typeName(type) !== "bool" && typeName(type) !== "f32";
  if (isWhole && nodes.every((node) => node.type.kind === "scalar")) return type;
  const given = [...new Set(nodes.map((node) => typeName(node.type)))].join(", ");
  throw new WgslError(`a switch and its cases are all i32 or all u32, got ${given}`, line);
}
