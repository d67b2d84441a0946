/** Calls of functions, and operators: those of the language, which constants may fold, and the module's own. @module */
import { rootOf } from "./alias.ts";
import { resolveBuiltin } from "./builtins.ts";
import { assertArguments, bitcastValue, builtinValue, determinant, transposed } from "./builtin_values.ts";
import { listTypes } from "./check_construct.ts";
import { fit, mapValues } from "./constants.ts";
import { concrete, convertNode, convertTo } from "./convert.ts";
import { WgslError } from "./error.ts";
import type { FunctionFacts } from "./facts.ts";
import type { Call, Context } from "./scope.ts";
import type { Expression, Type } from "./tree.ts";
import {
  type AbstractConstant,
  bool,
  matrixType,
  type Node,
  scalarOf,
  scalarType,
  typeName,
  u32,
  withScalar,
} from "./types.ts";

/** A function of the module. @throws {WgslError} If the arguments are not those that it takes. */
export function callFunction(context: Context, facts: FunctionFacts, { args, line }: Call): Node {
  const { declaration } = facts;
  const { name, parameters } = declaration;
  if (declaration.workgroupSize) {
    throw new WgslError(`\`${name}\` is an entry point, which nothing can call`, line);
  }
  if (args.length !== parameters.length) {
    throw new WgslError(`\`${name}\` takes ${parameters.length} arguments, got ${args.length}`, line);
  }
  if (!context.facts) throw new WgslError(`\`${name}\` cannot be called outside functions`, line);
  if (!context.facts.calls.has(facts)) context.facts.calls.set(facts, line);
  const converted = args.map((arg, i) => convertTo(arg, parameters[i]!.type));
  notePointers(context.facts, facts, { args: converted, line });
  return {
    kind: "call",
    function: declaration,
    args: converted,
    type: declaration.returns ?? bool,
    line,
  };
}

/** Notes pointers that a call hands over. @throws {WgslError} If one points to a part of a variable. */
function notePointers(
  { pointers, pointerCalls }: FunctionFacts,
  callee: FunctionFacts,
  { args, line }: Call,
): void {
  const roots = args.map((arg) => arg.type.kind === "pointer" ? rootOf(arg, pointers) : undefined);
  if (roots.every((root) => !root)) return;
  for (const root of roots) {
    if (root && !root.isWhole) {
      const fault = "a pointer to a part of a variable cannot be handed over here";
      throw new WgslError(`${fault}: \`${callee.declaration.name}\` takes one to the whole`, line);
    }
  }
  pointerCalls.push({ callee, roots, line });
}

/** A function of the language. @throws {WgslError} If it takes other arguments. */
export function callBuiltin(context: Context, name: string, { args, line }: Call): Node {
  if (name === "workgroupBarrier" || name === "storageBarrier") {
    if (args.length > 0) throw wrongArguments(name, { args, line });
    if (!context.facts) throw new WgslError(`\`${name}\` cannot be called outside functions`, line);
    return { kind: "builtin", name, args: [], type: bool, line };
  }
  if (name === "arrayLength") return callArrayLength({ args, line });
  if (name === "transpose" || name === "determinant") return callOfMatrix(context, name, { args, line });
  const constants = args.filter((arg): arg is AbstractConstant => arg.kind === "constant");
  const areConstant = constants.length === args.length;
  const found = resolveBuiltin(name, args.map((arg) => arg.type), areConstant);
  if (!found) throw wrongArguments(name, { args, line });
  const converted = args.map((arg, i) => convertNode(arg, found.params[i]!));
  context.constant(bool, line, () => {
    assertArguments(
      name,
      scalarOf(found.params[0]!)!,
      converted.map((arg) => arg.kind === "constant" ? arg.value : undefined),
    );
    return true;
  });
  if (areConstant) {
    return context.constant(
      found.result,
      line,
      () => builtinValue(name, converted as AbstractConstant[], found.result),
    );
  }
  return { kind: "builtin", name, args: converted as Expression[], type: found.result as Type, line };
}

function callArrayLength({ args, line }: Call): Node {
  const [pointer] = args;
  const type = pointer?.type;
  if (
    args.length !== 1 || type?.kind !== "pointer" || type.target.kind !== "array" ||
    type.target.length !== undefined
  ) {
    throw wrongArguments("arrayLength", { args, line });
  }
  return { kind: "builtin", name: "arrayLength", args: [pointer as Expression], type: u32, line };
}

function callOfMatrix(context: Context, name: "transpose" | "determinant", { args, line }: Call): Node {
  const [of] = args;
  const type = of?.type;
  if (
    args.length !== 1 || type?.kind !== "matrix" || (name === "determinant" && type.columns !== type.rows)
  ) {
    throw wrongArguments(name, { args, line });
  }
  const scalar = scalarOf(type)!;
  const result = name === "determinant" ? scalarType(scalar) : matrixType(type.rows, type.columns, scalar);
  if (of!.kind !== "constant") return { kind: "builtin", name, args: [of!], type: result as Type, line };
  const columns = of!.value as readonly (readonly number[])[];
  return context.constant(
    result,
    line,
    () => name === "transpose" ? transposed(columns) : fit(scalar, determinant(columns)),
  );
}

/** `bitcast<type>(...)`. @throws {WgslError} If the argument has other bits. */
export function callBitcast(context: Context, type: Type, { args, line }: Call): Node {
  const [given] = args;
  if (args.length !== 1 || !given) throw wrongArguments("bitcast", { args, line });
  const to = scalarOf(type);
  const isAbstractInt = scalarOf(given.type) === "abstract-int";
  const of = isAbstractInt && (to === "i32" || to === "u32")
    ? convertNode(given, withScalar(given.type, to))
    : concrete(given);
  const from = scalarOf(of.type);
  const fits = [type, of.type].every(({ kind }) => kind === "scalar" || kind === "vector") && from &&
    from !== "bool" &&
    to && to !== "bool" &&
    (type.kind === "vector" ? type.width : 1) === (of.type.kind === "vector" ? of.type.width : 1);
  if (!fits) throw new WgslError(`bitcast of ${typeName(given.type)} to ${typeName(type)}`, line);
  if (of.kind === "constant") {
    const { value } = of;
    return context.constant(type, line, () => mapValues([value], (number) => bitcastValue(number, from, to)));
  }
  return from === to ? of : { kind: "builtin", name: "bitcast", args: [of], type, line };
}

function wrongArguments(name: string, { args, line }: Call): WgslError {
  return new WgslError(`\`${name}\` does not take ${listTypes(args)}`, line);
}

/** Whether an expression has a value: functions without a result have none. */
export function hasValue(node: Node): boolean {
  if (node.kind === "builtin") return !node.name.endsWith("Barrier");
  return node.kind !== "call" || node.function.returns !== undefined;
}
