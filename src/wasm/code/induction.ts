/** Loops that count: which variables go up by a fixed step, and how many turns there are. @module */
import {
  type Compute,
  type Instruction,
  isAmong,
  type Loop,
  type Operand,
  type Register,
  resultOf,
  walk,
} from "./ir.ts";

/** A variable that goes up by `step` once in every turn. */
export interface Induction {
  /** The variable. */
  readonly register: Register;
  /** What is added: it does not change in the loop. */
  readonly step: Operand;
  /** Where in the loop's list it is assigned. */
  readonly at: number;
}

/** A loop that begins with the test of an unsigned counter and has no other way back to its start than its end. */
export interface InductionLoop {
  /** The variables, by their registers. */
  readonly inductions: ReadonlyMap<Register, Induction>;
  /** The one that is tested; its step is a constant. */
  readonly counter: Induction;
  /** The turns end when the counter reaches it. */
  readonly limit: Operand;
  /** Registers that the loop assigns. */
  readonly changing: ReadonlySet<Register>;
  /** What computes registers that are assigned once, with the places in the loop's list. */
  readonly makers: ReadonlyMap<Register, { readonly instruction: Instruction; readonly at: number }>;
}

/** What a loop counts, if it does and has no loop inside. */
export function inductionLoop({ body, label }: Loop): InductionLoop | undefined {
  const assignments = new Map<Register, number>();
  let isInnermost = true;
  let returns = 0;
  walk(body, (instruction) => {
    const result = resultOf(instruction);
    if (result) assignments.set(result, (assignments.get(result) ?? 0) + 1);
    if (instruction.kind === "loop") isInnermost = false;
    if (instruction.kind === "branch" && instruction.label === label) returns++;
  });
  const last = body.at(-1);
  if (!isInnermost || returns !== 1 || last?.kind !== "branch" || last.label !== label || last.condition) {
    return undefined;
  }
  const changing = new Set(assignments.keys());
  const makers = new Map<Register, { instruction: Instruction; at: number }>();
  body.forEach((instruction, at) =>
    walk([instruction], (inner) => {
      const result = resultOf(inner);
      if (result && !result.isVariable) makers.set(result, { instruction: inner, at });
    })
  );
  const inductions = new Map<Register, Induction>();
  body.forEach((instruction, at) => {
    if (instruction.kind !== "copy" || assignments.get(instruction.to) !== 1) return;
    const step = stepOf(instruction.to, instruction.from, { changing, makers });
    if (step) inductions.set(instruction.to, { register: instruction.to, step, at });
  });
  const test = testOf(body, makers);
  const counter = test && inductions.get(test.counter);
  if (!test || !counter || counter.step.kind !== "constant" || isAmong(test.limit, changing)) {
    return undefined;
  }
  if ((counter.step.value as number) <= 0) return undefined;
  return { inductions, counter, limit: test.limit, changing, makers };
}

function stepOf(
  register: Register,
  from: Operand,
  { changing, makers }: Pick<InductionLoop, "changing" | "makers">,
): Operand | undefined {
  const maker = from.kind === "register" ? makers.get(from)?.instruction : undefined;
  if (maker?.kind !== "compute" || maker.op !== "i32.add") return undefined;
  const [left, right] = maker.args as [Operand, Operand];
  const step = left === register ? right : right === register ? left : undefined;
  return step && !isAmong(step, changing) ? step : undefined;
}

/** The first way out of the loop, if it is the one of a counter that reaches a limit. */
function testOf(
  body: readonly Instruction[],
  makers: InductionLoop["makers"],
): { readonly counter: Register; readonly limit: Operand } | undefined {
  const exit = body.find((instruction) => instruction.kind !== "compute" && instruction.kind !== "load");
  if (exit?.kind !== "branch" || exit.condition?.kind !== "register") return undefined;
  let compare = makers.get(exit.condition)?.instruction;
  let goesOn = false;
  if (compare?.kind === "compute" && compare.op === "i32.eqz") {
    const [inner] = compare.args as [Operand];
    compare = inner.kind === "register" ? makers.get(inner)?.instruction : undefined;
    goesOn = true;
  }
  if (compare?.kind !== "compute" || compare.op !== (goesOn ? "i32.lt_u" : "i32.ge_u")) return undefined;
  const [counter, limit] = (compare as Compute).args as [Operand, Operand];
  return counter.kind === "register" ? { counter, limit } : undefined;
}
