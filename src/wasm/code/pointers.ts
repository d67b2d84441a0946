/** Copies of loops whose indices are known to stay inside. @module */
import { Builder } from "./builder.ts";
import type { Induction, InductionLoop } from "./induction.ts";
import {
  type Compute,
  type Instruction,
  isAmong,
  type Load,
  type Loop,
  type Operand,
  type Register,
} from "./ir.ts";

/** Instructions of a loop whose turns are written together. */
const shortest = 100;

/** Turns that are written together: jumping back costs as much as a few additions. */
const turnsTogether = 4;

/** A copy of a loop in which nothing is checked that stays inside, and addresses go up by themselves. */
export class Pointers {
  /** What runs before the loop. */
  readonly starts: Instruction[] = [];
  readonly #counted: InductionLoop;
  readonly #inside: ReadonlySet<Register>;
  readonly #renamed = new Map<Register, Operand>();
  readonly #pointers = new Map<string, Register>();
  /** What goes up, behind the place in the list where its variable does. */
  readonly #updates = new Map<number, Instruction[]>();
  readonly #numbers = new Map<Operand, number>();

  constructor(
    { counted, inside }: { readonly counted: InductionLoop; readonly inside: ReadonlySet<Register> },
  ) {
    this.#counted = counted;
    this.#inside = inside;
  }

  /** The copy: a few turns of a short loop stand in it one after another, each with its test. */
  loop({ label, body }: Loop): Loop {
    const turns = body.length <= shortest ? turnsTogether : 1;
    const copies = Array.from({ length: turns }, () =>
      body.slice(0, -1).flatMap((instruction, at) => [
        this.#copy(instruction),
        ...this.#updates.get(at) ?? [],
      ]));
    return { kind: "loop", label, body: [...copies.flat(), body.at(-1)!] };
  }

  #list(list: readonly Instruction[]): Instruction[] {
    return list.map((instruction) => this.#copy(instruction));
  }

  #copy(instruction: Instruction): Instruction {
    switch (instruction.kind) {
      case "compute": {
        const args = instruction.args.map((arg) => this.#name(arg));
        const result = this.#rename(instruction.result);
        if (this.#inside.has(instruction.result)) {
          return { kind: "compute", op: "move", args: [args[0]!], result };
        }
        return { ...instruction, args, result };
      }
      case "load": {
        const address = this.#pointer(instruction) ?? this.#name(instruction.address);
        return { ...instruction, address, result: this.#rename(instruction.result) };
      }
      case "store":
        return {
          ...instruction,
          address: this.#name(instruction.address),
          value: this.#name(instruction.value),
        };
      case "clear":
        return { ...instruction, address: this.#name(instruction.address) };
      case "copy":
        return { ...instruction, from: this.#name(instruction.from) };
      case "branch":
        return instruction.condition
          ? { ...instruction, condition: this.#name(instruction.condition) }
          : instruction;
      case "return":
        return { ...instruction, value: this.#name(instruction.value) };
      case "if":
        return {
          ...instruction,
          condition: this.#name(instruction.condition),
          then: this.#list(instruction.then),
          otherwise: this.#list(instruction.otherwise),
        };
      case "block":
      case "loop":
        return { ...instruction, body: this.#list(instruction.body) };
    }
  }

  #name(operand: Operand): Operand {
    return operand.kind === "register" ? this.#renamed.get(operand) ?? operand : operand;
  }

  #rename(register: Register): Register {
    const renamed: Register = { kind: "register", type: register.type, isVariable: false };
    this.#renamed.set(register, renamed);
    return renamed;
  }

  /** A register that holds the address of a load and goes up with a variable: of base + ((variable + fixed) << shift). */
  #pointer({ address }: Load): Register | undefined {
    const sum = this.#maker(address, "i32.add");
    if (!sum) return undefined;
    const [base, bytes] = sum.args as [Operand, Operand];
    const shifted = this.#maker(bytes, "i32.shl");
    const [index, shift] = (shifted?.args ?? []) as [Operand?, Operand?];
    if (isAmong(base, this.#counted.changing) || !index || shift?.kind !== "constant") return undefined;
    const bound = this.#maker(index, "bound");
    if (!bound || !this.#inside.has(bound.result)) return undefined;
    const terms = this.#terms(bound.args[0]!);
    const inductions = terms.flatMap((term) => this.#counted.inductions.get(term as Register) ?? []);
    const [induction] = inductions;
    if (!induction || inductions.length !== 1) return undefined;
    if (terms.some((term) => term !== induction.register && isAmong(term, this.#counted.changing))) {
      return undefined;
    }
    const key = [base, shift.value, ...terms].map((part) => this.#number(part as Operand)).join(" ");
    let pointer = this.#pointers.get(key);
    if (!pointer) {
      pointer = { kind: "register", type: "i32", isVariable: true };
      this.#pointers.set(key, pointer);
      this.#start(pointer, { base, terms, shift, induction });
    }
    return pointer;
  }

  #start(
    pointer: Register,
    { base, terms, shift, induction }: {
      readonly base: Operand;
      readonly terms: readonly Operand[];
      readonly shift: Operand;
      readonly induction: Induction;
    },
  ): void {
    const builder = new Builder();
    const index = terms.reduce((sum, term) => builder.op("i32.add", sum, term));
    builder.copy(pointer, builder.op("i32.add", base, builder.op("i32.shl", index, shift)));
    const step = builder.op("i32.shl", induction.step, shift);
    this.starts.push(...builder.list);
    const update = new Builder();
    update.copy(pointer, update.op("i32.add", pointer, step));
    this.#updates.set(induction.at, [...this.#updates.get(induction.at) ?? [], ...update.list]);
  }

  /** The summands of an index. */
  #terms(operand: Operand): readonly Operand[] {
    if (!isAmong(operand, this.#counted.changing) || this.#counted.inductions.has(operand as Register)) {
      return [operand];
    }
    const sum = this.#maker(operand, "i32.add");
    return sum ? sum.args.flatMap((arg) => this.#terms(arg)) : [operand];
  }

  #maker(operand: Operand, op: string): Compute | undefined {
    const maker = operand.kind === "register" ? this.#counted.makers.get(operand)?.instruction : undefined;
    return maker?.kind === "compute" && maker.op === op ? maker : undefined;
  }

  #number(part: Operand): number {
    let number = this.#numbers.get(part);
    if (number === undefined) this.#numbers.set(part, number = this.#numbers.size);
    return number;
  }
}
