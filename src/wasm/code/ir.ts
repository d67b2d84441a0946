/**
 * The compiler's own program: instructions over registers, in nested lists. A register is assigned once, by the
 * instruction that computes it, unless it is a variable's: those are assigned by `copy`.
 *
 * @module
 */
import type { WasmType } from "./opcodes.ts";

/** A place for one number or one vector. */
export interface Register {
  /** Tells it from a constant. */
  readonly kind: "register";
  /** Of what is in it. */
  readonly type: WasmType;
  /** Whether `copy` assigns it. */
  readonly isVariable: boolean;
}

/** A number, or four of them. */
export interface Constant {
  /** Tells it from a register. */
  readonly kind: "constant";
  /** Of the value. */
  readonly type: WasmType;
  /** `i32`: its bits as a signed number; `f32`: rounded to binary32; `v128`: the bits of its lanes as signed numbers. */
  readonly value: number | readonly number[];
}

/** What instructions work on. */
export type Operand = Register | Constant;

/** A target of `branch`. */
export interface Label {
  /** For dumps. */
  readonly name: string;
}

/** An instruction that computes a register and changes nothing else. */
export interface Compute {
  readonly kind: "compute";
  readonly result: Register;
  /** A name in `opcodes`, or `bound` (the smaller of two unsigned numbers), `select` (of two by the third). */
  readonly op: string;
  readonly args: readonly Operand[];
  /** Lanes. */
  readonly immediate?: readonly number[];
}

/** A read of memory at `address` + `offset`. */
export interface Load {
  readonly kind: "load";
  readonly result: Register;
  readonly op: string;
  readonly address: Operand;
  readonly offset: number;
  /** Whether nothing in the kernel writes there. */
  readonly isConstant: boolean;
}

/** A write to memory at `address` + `offset`. */
export interface Store {
  readonly kind: "store";
  readonly op: "i32.store" | "f32.store" | "v128.store" | "v128.store32_lane" | "v128.store64_lane";
  readonly address: Operand;
  readonly offset: number;
  readonly value: Operand;
  readonly lane?: number;
}

/** Fills bytes with zero. */
export interface Clear {
  readonly kind: "clear";
  readonly address: Operand;
  readonly bytes: number;
}

/** Assigns a variable's register. */
export interface Copy {
  readonly kind: "copy";
  readonly to: Register;
  readonly from: Operand;
}

/** Runs one of two lists. */
export interface If {
  readonly kind: "if";
  readonly condition: Operand;
  readonly then: Instruction[];
  readonly otherwise: Instruction[];
}

/** A list that `branch` to its label leaves. */
export interface Block {
  readonly kind: "block";
  readonly label: Label;
  readonly body: Instruction[];
}

/** A list that `branch` to its label starts again; otherwise it ends where the list does. */
export interface Loop {
  readonly kind: "loop";
  readonly label: Label;
  readonly body: Instruction[];
}

/** Leaves a block or starts a loop again, where `condition` is not 0 if there is one. */
export interface Branch {
  readonly kind: "branch";
  readonly label: Label;
  readonly condition?: Operand;
}

/** Ends the function. */
export interface Return {
  readonly kind: "return";
  readonly value: Operand;
}

/** Any instruction. */
export type Instruction = Compute | Load | Store | Clear | Copy | If | Block | Loop | Branch | Return;

/** The operands that an instruction itself reads; those in its lists are not among them. */
export function operandsOf(instruction: Instruction): readonly Operand[] {
  switch (instruction.kind) {
    case "compute":
      return instruction.args;
    case "load":
      return [instruction.address];
    case "store":
      return [instruction.address, instruction.value];
    case "clear":
      return [instruction.address];
    case "copy":
      return [instruction.from];
    case "if":
      return [instruction.condition];
    case "branch":
      return instruction.condition ? [instruction.condition] : [];
    case "return":
      return [instruction.value];
    case "block":
    case "loop":
      return [];
  }
}

/** The register that an instruction itself assigns. */
export function resultOf(instruction: Instruction): Register | undefined {
  switch (instruction.kind) {
    case "compute":
    case "load":
      return instruction.result;
    case "copy":
      return instruction.to;
    default:
      return undefined;
  }
}

/** The lists inside an instruction. */
export function listsOf(instruction: Instruction): readonly Instruction[][] {
  switch (instruction.kind) {
    case "if":
      return [instruction.then, instruction.otherwise];
    case "block":
    case "loop":
      return [instruction.body];
    default:
      return [];
  }
}

/** Whether an operand is one of these registers. */
export function isAmong(operand: Operand, registers: ReadonlySet<Register>): boolean {
  return operand.kind === "register" && registers.has(operand);
}

/** How often the instructions of a list, and of the lists inside, read each register. */
export function countUses(list: readonly Instruction[]): Map<Register, number> {
  const uses = new Map<Register, number>();
  walk(list, (instruction) => {
    for (const operand of operandsOf(instruction)) {
      if (operand.kind === "register") uses.set(operand, (uses.get(operand) ?? 0) + 1);
    }
  });
  return uses;
}

/** Calls `visit` for every instruction of a list and of the lists inside, in their order. */
export function walk(list: readonly Instruction[], visit: (instruction: Instruction) => void): void {
  for (const instruction of list) {
    visit(instruction);
    for (const inner of listsOf(instruction)) walk(inner, visit);
  }
}
