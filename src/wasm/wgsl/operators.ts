/** Operators, which constants fold, and components of vectors. Source: the WGSL specification, "Expressions". @module */
import { resolveBuiltin, resolveMatrixProduct } from "./builtins.ts";
import { matrixProduct } from "./builtin_values.ts";
import { mapValues, negate, operate } from "./constants.ts";
import { convertNode } from "./convert.ts";
import { WgslError } from "./error.ts";
import type { Call, Context } from "./scope.ts";
import type { BinaryOperator, Expression, Type } from "./tree.ts";
import { bool, concreteType, type Node, scalarOf, scalarType, typeName, vectorType } from "./types.ts";

/** `-x`, `!x` or `~x`. @throws {WgslError} If x is of another type. */
export function unary(context: Context, operator: "-" | "!" | "~", { args: [of], line }: Call): Node {
  const found = resolveBuiltin(operator === "-" ? "negate" : operator, [of!.type], of!.kind === "constant");
  if (!found) throw new WgslError(`\`${operator}\` does not take ${typeName(of!.type)}`, line);
  if (of!.kind !== "constant") return { kind: "unary", operator, of: of!, type: found.result as Type, line };
  const scalar = scalarOf(found.result)!;
  const { value } = of!;
  return context.constant(
    found.result,
    line,
    () => mapValues([value], (number) => negate(operator, scalar, number)),
  );
}

/** Operators of two operands. @throws {WgslError} If they are of other types. */
export function binary(context: Context, operator: BinaryOperator, { args, line }: Call): Node {
  const types = args.map((arg) => arg.type);
  const constants = args.filter((arg) => arg.kind === "constant");
  const areConstant = constants.length === args.length;
  const product = operator === "*" ? resolveMatrixProduct(types[0]!, types[1]!, areConstant) : undefined;
  const found = product ?? resolveBuiltin(operator, types, areConstant);
  if (!found) {
    throw new WgslError(
      `\`${operator}\` does not take ${typeName(types[0]!)} and ${typeName(types[1]!)}`,
      line,
    );
  }
  const [left, right] = args.map((arg, i) => convertNode(arg, found.params[i]!)) as [Node, Node];
  const scalar = scalarOf(left.type)!;
  if (left.kind === "constant" && right.kind === "constant") {
    return context.constant(
      found.result,
      line,
      () =>
        product
          ? matrixProduct(left.value, right.value, scalar)
          : mapValues([left.value, right.value], (a, b) => operate(operator, scalar, [a, b])),
    );
  }
  if (right.kind === "constant") checkRightOperand(context, operator, right);
  return {
    kind: "binary",
    operator,
    left: left as Expression,
    right: right as Expression,
    type: found.result as Type,
    line,
  };
}

/** Refuses divisions by a constant zero and shifts by 32 or more, whatever the left operand is. */
function checkRightOperand(
  context: Context,
  operator: BinaryOperator,
  right: Node & { kind: "constant" },
): void {
  const scalar = scalarOf(right.type)!;
  const divides = (operator === "/" || operator === "%") && scalar !== "f32";
  if (!divides && operator !== "<<" && operator !== ">>") return;
  context.constant(bool, right.line, () => {
    mapValues([right.value], (number) => operate(operator, scalar, [0, number]));
    return true;
  });
}

/** Components of a vector by letters. @throws {WgslError} If it has no such ones. */
export function swizzle(context: Context, of: Node, { name, line }: { name: string; line: number }): Node {
  const type = of.type as Extract<Node["type"], { kind: "vector" }>;
  const letters = /^[xyzw]{1,4}$/.test(name) ? "xyzw" : /^[rgba]{1,4}$/.test(name) ? "rgba" : "";
  const lanes = [...name].map((letter) => letters.indexOf(letter));
  if (!letters || lanes.some((lane) => lane >= type.width)) {
    throw new WgslError(`${typeName(type)} has no \`${name}\``, line);
  }
  const result = lanes.length === 1 ? scalarType(type.scalar) : vectorType(type.scalar, lanes.length);
  if (of.kind === "constant") {
    const parts = of.value as readonly (number | bigint | boolean)[];
    return context.constant(
      result,
      line,
      () => lanes.length === 1 ? parts[lanes[0]!]! : lanes.map((lane) => parts[lane]!),
    );
  }
  return { kind: "swizzle", of, lanes, type: concreteType(result), line };
}
