/** Writes instructions, and computes at once what is known. @module */
import { fold } from "./fold.ts";
import type { Compute, Constant, Instruction, Label, Operand, Register } from "./ir.ts";
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

/** Lists that grow. What has been computed already, where it is known to have run, is not written twice. */
export class Builder {
  /** What is written so far where it is written to now. */
  list: Instruction[] = [];
  #written = 0;
  /** What the current list and those around it have computed so far, by what it is. */
  #known: readonly Map<string, Operand>[] = [new Map()];
  readonly #numbers = new Map<Register, number>();
  /** What computes registers. */
  readonly #makers = new WeakMap<Register, Compute>();
  /** The largest value of some registers, as unsigned numbers. */
  readonly #largest = new WeakMap<Register, number>();
  /** The same of finished lists. */
  readonly #finished = new WeakMap<readonly Instruction[], Map<string, Operand>>();

  /** Instructions so far, those that were thrown away among them. */
  get written(): number {
    return this.#written;
  }

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
    const value = fold(op, args, immediate);
    if (value) return value;
    return this.#once([op, immediate], args, () => {
      const type = opcodes.get(op)?.result ?? args[0]!.type;
      const result: Register = { kind: "register", type, isVariable: false };
      const made: Compute = { kind: "compute", result, op, args, ...(immediate && { immediate }) };
      this.add(made);
      this.#makers.set(result, made);
      const most = op === "bound" ? args.find(({ kind }) => kind === "constant") as Constant : undefined;
      if (most) this.#largest.set(result, (most.value as number) >>> 0);
      return result;
    });
  }

  /** What computes an operand; undefined for a constant, a variable and what was loaded. */
  maker(operand: Operand): Compute | undefined {
    return operand.kind === "register" ? this.#makers.get(operand) : undefined;
  }

  /** The largest value that an unsigned number can have, as far as is known. */
  largest(operand: Operand): number | undefined {
    return operand.kind === "constant" ? (operand.value as number) >>> 0 : this.#largest.get(operand);
  }

  /** What is in memory. */
  load(
    op: string,
    address: Operand,
    options: { readonly offset: number; readonly isConstant: boolean },
  ): Operand {
    const write = () => {
      const result: Register = { kind: "register", type: opcodes.get(op)!.result, isVariable: false };
      this.add({ kind: "load", result, op, address, ...options });
      return result;
    };
    return options.isConstant ? this.#once([op, options.offset], [address], write) : write();
  }

  /** What `write` writes, unless the same of the same operands is there; what variables hold may have changed since. */
  #once(what: readonly unknown[], args: readonly Operand[], write: () => Operand): Operand {
    if (args.some((arg) => arg.kind === "register" && arg.isVariable)) return write();
    const key = `${what.join(" ")} ${args.map((arg) => this.#name(arg)).join(" ")}`;
    for (const known of this.#known) {
      const value = known.get(key);
      if (value) return value;
    }
    const value = write();
    this.#known.at(-1)!.set(key, value);
    return value;
  }

  #name(operand: Operand): string {
    if (operand.kind === "constant") {
      const { type, value } = operand;
      return Object.is(value, -0) ? `${type}:-0` : `${type}:${value}`;
    }
    let number = this.#numbers.get(operand);
    if (number === undefined) this.#numbers.set(operand, number = this.#numbers.size);
    return `r${number}`;
  }

  /** Assigns a variable's register. */
  copy(to: Register, from: Operand): void {
    if (to !== from) this.add({ kind: "copy", to, from });
  }

  /** Writes an instruction. */
  add(instruction: Instruction): void {
    this.#written++;
    this.list.push(instruction);
  }

  /** Writes a finished list here, so that all of it runs. */
  append(list: readonly Instruction[]): void {
    for (const instruction of list) this.list.push(instruction);
    for (const [key, value] of this.#finished.get(list) ?? []) this.#known.at(-1)!.set(key, value);
  }

  /** Leaves a block or starts a loop again. */
  branch(label: Label, condition?: Operand): void {
    if (condition?.kind === "constant") {
      if (condition.value === 0) return;
      this.list.push({ kind: "branch", label });
    } else this.list.push({ kind: "branch", label, ...(condition && { condition }) });
  }

  /** What `write` writes, as a list of its own inside the current one. */
  collect(write: () => void): Instruction[] {
    return this.#into([...this.#known, new Map()], write);
  }

  /** What `write` writes, as a list that runs before all others: `known` holds what it and such lists before it have. */
  collectBefore(known: Map<string, Operand>, write: () => void): Instruction[] {
    return this.#into([known], write);
  }

  #into(known: readonly Map<string, Operand>[], write: () => void): Instruction[] {
    const [list, before] = [this.list, this.#known];
    const inner: Instruction[] = this.list = [];
    this.#known = known;
    this.#finished.set(inner, known.at(-1)!);
    try {
      write();
    } finally {
      this.list = list;
      this.#known = before;
    }
    return inner;
  }
}
