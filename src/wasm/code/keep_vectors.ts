/**
 * Constant vectors in registers. V8 puts a constant vector together from its numbers at every use, which takes several
 * times as long as a multiply-add; in front of a loop it does so once.
 *
 * @module
 */
import { type Constant, type Copy, type Instruction, listsOf, type Operand, type Register } from "./ir.ts";

/** The program with the constant vectors that a loop uses in registers, assigned in front of it. */
export function keepVectors(body: readonly Instruction[]): Instruction[] {
  return body.flatMap((instruction): Instruction[] => {
    for (const list of listsOf(instruction)) list.splice(0, list.length, ...keepVectors(list));
    if (instruction.kind !== "loop") return [instruction];
    const kept = new Map<string, Copy>();
    keep(instruction.body, kept);
    return [...kept.values(), instruction];
  });
}

/** Takes constants out of a list and those inside, but for loops, which have theirs in front of them. */
function keep(list: Instruction[], kept: Map<string, Copy>): void {
  const registerOf = (operand: Operand) => isSlow(operand) ? register(operand, kept) : operand;
  for (const [i, instruction] of list.entries()) {
    if (instruction.kind === "compute") {
      list[i] = { ...instruction, args: instruction.args.map(registerOf) };
    } else if (instruction.kind === "store") {
      list[i] = { ...instruction, value: registerOf(instruction.value) };
    } else if (instruction.kind !== "loop") {
      for (const inner of listsOf(instruction)) keep(inner, kept);
    }
  }
}

/** Whether it is a vector whose bits are neither all 0 nor all 1, for which there are instructions. */
function isSlow(operand: Operand): operand is Constant {
  if (operand.kind !== "constant" || operand.type !== "v128") return false;
  const bits = operand.value as readonly number[];
  return [0, -1].every((same) => bits.some((word) => (word | 0) !== same));
}

function register(constant: Constant, kept: Map<string, Copy>): Register {
  const key = String(constant.value);
  let copy = kept.get(key);
  if (!copy) {
    copy = { kind: "copy", to: { kind: "register", type: "v128", isVariable: true }, from: constant };
    kept.set(key, copy);
  }
  return copy.to;
}
