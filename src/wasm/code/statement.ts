/** Instructions for statements and for the functions they are in. @module */
import type { Expression, FunctionDeclaration, LoopStatement, Statement, Variable } from "../wgsl/tree.ts";
import { arithmetic } from "./arithmetic.ts";
import { i32 } from "./builder.ts";
import { evaluate, placeOf } from "./expression.ts";
import type { Label, Operand } from "./ir.ts";
import { lowerLoop } from "./loop.ts";
import type { Frame, Lowering } from "./lowering.ts";
import { copyCells, loadPlace, storePlace } from "./place.ts";
import { hasCall } from "./tree_walk.ts";
import { type Value, zeroOf } from "./value.ts";

/** The result of a function, whose body is written here. */
export function callFunction(
  lowering: Lowering,
  declared: FunctionDeclaration,
  args: readonly Value[],
): Value | undefined {
  declared.parameters.forEach((parameter, i) => lowering.values.set(parameter, lowering.snapshot(args[i]!)));
  const { builder } = lowering;
  const frame: Frame = {
    end: { name: declared.name },
    result: declared.returns && lowering.cellsFor(declared.returns),
    list: [],
    isLeft: false,
    direct: undefined,
  };
  const { targets: outer, line } = lowering;
  lowering.targets = undefined;
  lowering.frames.push(frame);
  const body = builder.collect(() => {
    frame.list = builder.list;
    lowerAll(lowering, declared.body);
  });
  lowering.frames.pop();
  lowering.targets = outer;
  lowering.line = line; // That of the call again.
  if (frame.isLeft) {
    builder.add({ kind: "block", label: frame.end, body });
    return frame.result as Value | undefined;
  }
  builder.append(body);
  return frame.direct;
}

/** Writes statements up to the first behind which nothing runs. Returns whether there is one. */
export function lowerAll(lowering: Lowering, statements: readonly Statement[]): boolean {
  return statements.some((statement) => lower(lowering, statement));
}

/** Writes a statement. Returns whether nothing runs behind it. */
function lower(lowering: Lowering, statement: Statement): boolean {
  lowering.enter(statement.line);
  switch (statement.kind) {
    case "declare":
      declare(lowering, statement.variable, statement.initializer);
      return false;
    case "assign":
      assign(lowering, statement);
      return false;
    case "evaluate":
      evaluate(lowering, statement.value);
      return false;
    case "block":
      return lowerAll(lowering, statement.body);
    case "if":
      return lowerIf(lowering, statement);
    case "switch":
      return lowerSwitch(lowering, statement);
    case "loop":
      lowerLoop(lowering, statement as LoopStatement);
      return false;
    case "break":
      lowering.builder.branch(lowering.targets!.break);
      return true;
    case "continue":
      lowering.builder.branch(lowering.targets!.continue!);
      return true;
    case "return":
      return lowerReturn(lowering, statement.value);
  }
}

/** Gives a name its value, or a place with what is in it first. */
export function declare(lowering: Lowering, variable: Variable, initializer: Expression | undefined): void {
  const value = initializer ? evaluate(lowering, initializer) : zeroOf(variable.type);
  if (variable.kind !== "var") {
    lowering.values.set(variable, lowering.snapshot(value));
    return;
  }
  const held = lowering.snapshot(value);
  const place = lowering.placeFor(variable);
  storePlace(lowering, place, held);
  lowering.values.set(variable, place);
}

function assign(lowering: Lowering, statement: Statement & { readonly kind: "assign" }): void {
  const { target, operator, value } = statement;
  if (!target) {
    evaluate(lowering, value);
    return;
  }
  const place = placeOf(lowering, target);
  if (!operator) return storePlace(lowering, place, evaluate(lowering, value));
  const before = loadPlace(lowering, place);
  const held = hasCall(value) ? lowering.snapshot(before) : before;
  const after = arithmetic(lowering, operator, {
    left: { value: held, type: target.type },
    right: { value: evaluate(lowering, value), type: value.type },
  });
  storePlace(lowering, place, after);
}

function lowerIf(lowering: Lowering, statement: Statement & { readonly kind: "if" }): boolean {
  const { builder } = lowering;
  const condition = lowering.hold(evaluate(lowering, statement.condition) as Operand);
  if (condition.kind === "constant") {
    return lowerAll(lowering, condition.value !== 0 ? statement.then : statement.otherwise);
  }
  let ends: [boolean, boolean] = [false, false];
  const then = builder.collect(() => ends = [lowerAll(lowering, statement.then), false]);
  const otherwise = builder.collect(() => ends = [ends[0], lowerAll(lowering, statement.otherwise)]);
  const [only] = then;
  if (then.length === 1 && only!.kind === "branch" && !only!.condition) {
    builder.branch(only!.label, condition);
    builder.append(otherwise);
  } else if (then.length + otherwise.length > 0) builder.add({ kind: "if", condition, then, otherwise });
  return ends[0] && ends[1];
}

function lowerSwitch(lowering: Lowering, statement: Statement & { readonly kind: "switch" }): boolean {
  const { builder } = lowering;
  const selector = lowering.hold(evaluate(lowering, statement.selector) as Operand);
  const end: Label = { name: "switch" };
  const outer = lowering.targets;
  lowering.targets = { break: end, continue: outer?.continue };
  const byDefault = statement.cases.find(({ isDefault }) => isDefault)!;
  const others = statement.cases.filter((one) => one !== byDefault);
  const body = builder.collect(() => {
    if (selector.kind === "constant") {
      const taken = others.find(({ values }) => values.some((value) => (value | 0) === selector.value));
      lowerAll(lowering, (taken ?? byDefault).body);
      return;
    }
    for (const one of others) {
      const matches = one.values
        .map((value) => builder.op("i32.eq", selector, i32(value)))
        .reduce((any, match) => builder.op("i32.or", any, match));
      const then = builder.collect(() => {
        if (!lowerAll(lowering, one.body)) builder.branch(end);
      });
      builder.add({ kind: "if", condition: matches, then, otherwise: [] });
    }
    lowerAll(lowering, byDefault.body);
  });
  lowering.targets = outer;
  builder.add({ kind: "block", label: end, body });
  return false;
}

function lowerReturn(lowering: Lowering, value: Expression | undefined): boolean {
  const frame = lowering.frames.at(-1)!;
  const result = value && evaluate(lowering, value);
  const isEnd = lowering.builder.list === frame.list;
  if (isEnd && !frame.isLeft) {
    frame.direct = result;
    return true;
  }
  frame.isLeft = true;
  if (result !== undefined) copyCells(lowering, frame.result!, result);
  if (!isEnd) lowering.builder.branch(frame.end);
  return true;
}
