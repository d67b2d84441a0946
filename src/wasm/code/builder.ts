/** Writes instructions, and computes at once what is known. @module */
import { fold } from "./fold.ts";
import type { Constant, Instruction, Label, Operand, Register } from "./ir.ts";
import { opcodes, type WasmType } from "./opcodes.ts";

/** An integer or a bool. */
export function i32(value: number): Constant {
  return { kind: "constant", type: "i32", value: value | 0 };
}

/** A float. */
export function f32(value: number): Constant {
  return { kind: "constant", type: "f32", value: Math.fround(value) };
}

/** Four lanes of bits. */
export function v128(lanes: readonly number[]): Constant {
  return { kind: "constant", type: "v128", value: lanes.map((lane) => lane | 0) };
}

/** Whether an operand is the integer `value`. */
export function isNumber(operand: Operand, value?: number): boolean {
  return operand.kind === "constant" && typeof operand.value === "number" &&
    (value === undefined || operand.value === value);
}

/** Lists that grow. */
export class Builder {
  /** What is written so far where it is written to now. */
  list: Instruction[] = [];

  /** A variable's register. */
  variable(type: WasmType): Register {
    return { kind: "register", type, isVariable: true };
  }

  /** The value of an instruction: computed at once where its operands are known. */
  op(op: string, ...args: readonly Operand[]): Operand {
    return this.lanes(op, undefined, args);
  }

  /** The same of an instruction with lanes. */
  lanes(op: string, immediate: readonly number[] | undefined, args: readonly Operand[]): Operand {
    const known = fold(op, args, immediate);
    if (known) return known;
    const type = opcodes.get(op)?.result ?? args[0]!.type;
    const result: Register = { kind: "register", type, isVariable: false };
    this.list.push({ kind: "compute", result, op, args, ...(immediate && { immediate }) });
    return result;
  }

  /** What is in memory. */
  load(
    op: string,
    address: Operand,
    options: {
      readonly offset: number;
      readonly isConstant: boolean;
      readonly lane?: { readonly index: number; readonly of: Operand };
    },
  ): Operand {
    const result: Register = { kind: "register", type: opcodes.get(op)!.result, isVariable: false };
    this.list.push({ kind: "load", result, op, address, ...options });
    return result;
  }

  /** Assigns a variable's register. */
  copy(to: Register, from: Operand): void {
    if (to !== from) this.list.push({ kind: "copy", to, from });
  }

  /** Writes an instruction. */
  add(instruction: Instruction): void {
    this.list.push(instruction);
  }

  /** Leaves a block or starts a loop again. */
  branch(label: Label, condition?: Operand): void {
    if (condition?.kind === "constant") {
      if (condition.value === 0) return;
      this.list.push({ kind: "branch", label });
    } else this.list.push({ kind: "branch", label, ...(condition && { condition }) });
  }

  /** What `write` writes, as a list of its own. */
  collect(write: () => void): Instruction[] {
    const outer = this.list;
    const inner: Instruction[] = this.list = [];
    try {
      write();
    } finally {
      this.list = outer;
    }
    return inner;
  }
}
