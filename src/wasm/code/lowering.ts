/** What is known while the instructions of one entry point are written. @module */
import { WgslError } from "../wgsl/error.ts";
import { sizeOf } from "../wgsl/layout.ts";
import type { Expression, FunctionDeclaration, Statement, Type, Variable } from "../wgsl/tree.ts";
import { Builder, i32 } from "./builder.ts";
import type { Instruction, Label, Operand, Register } from "./ir.ts";
import {
  build,
  type Cells,
  type CellsPlace,
  leafCount,
  type MemoryPlace,
  type Place,
  type Value,
} from "./value.ts";

/** Numbers and vectors that may be handled at once: more would make code that takes seconds to compile. */
const mostLeaves = 4096;

/** Expressions and statements of a kernel, those of a function at each of its calls, and instructions: the same. */
const mostParts = 400_000;

/** The function whose body is written: where `return` goes. */
export interface Frame {
  /** The end of the body. */
  readonly end: Label;
  /** Where the result is put; undefined without one. */
  readonly result: Cells | undefined;
  /** The instructions of the body itself. */
  list: readonly Instruction[];
  /** Whether a `return` left the body from within. */
  isLeft: boolean;
  /** The result, where the only `return` is the body's end. */
  direct: Value | undefined;
}

/** What writes the parts of a program: they call each other. */
export interface Writers {
  /** The value of an expression; of a pointer, its place. */
  evaluate(lowering: Lowering, expression: Expression): Value;
  /** Writes statements up to the first behind which nothing runs. Returns whether there is one. */
  run(lowering: Lowering, statements: readonly Statement[]): boolean;
  /** The result of a function, whose body is written here. */
  call(lowering: Lowering, declared: FunctionDeclaration, args: readonly Value[]): Value | undefined;
}

/** Where `break` and `continue` go. */
export interface Targets {
  /** The end of the innermost loop or switch. */
  readonly break: Label;
  /** The end of the innermost loop's body. */
  readonly continue: Label | undefined;
}

/** The state of writing one entry point, in which every function that it calls is written anew where it is called. */
export class Lowering {
  /** Where instructions go. */
  readonly builder = new Builder();
  /** Instructions that run once, before everything else. */
  readonly prologue: Instruction[] = [];
  /** What names stand for. Functions do not recurse, so a variable stands for one thing at a time. */
  readonly values = new Map<Variable, Value>();
  /** Variables found to be indexed at run time in this attempt: the next one keeps them in memory. */
  readonly moved = new Set<Variable>();
  /** Turns that the invocation's loops have taken. */
  readonly turns = this.builder.variable("i32");
  /** The bindings that are used. */
  readonly bindings = new Map<Variable, MemoryPlace>();
  /** The functions being written, the innermost last. */
  readonly frames: Frame[] = [];
  /** Where `break` and `continue` go. */
  targets: Targets | undefined;
  /** How many times over the loops written out around it write what is written now. */
  copies = 1;
  /** Invocations of a workgroup. */
  workgroupSize: readonly [number, number, number] = [1, 1, 1];
  /** The line of the statement that is written, for errors. */
  line = 0;
  /** Address of this thread's scratch memory. */
  readonly scratch: Register;
  readonly #writers: Writers;
  readonly #tableAddress: Register;
  readonly #inMemory: ReadonlySet<Variable>;
  readonly #sizes = new Map<Variable, Operand>();
  readonly #lasts = new Map<string, Operand>();
  readonly #slots = new Map<Variable, MemoryPlace>();
  readonly #knownBefore = new Map<string, Operand>();
  #scratchBytes = 0;
  #parts = 0;

  /** `inMemory`: variables that are indexed at run time. */
  constructor(
    writers: Writers,
    registers: { readonly table: Register; readonly scratch: Register },
    inMemory: ReadonlySet<Variable>,
  ) {
    this.#writers = writers;
    this.#tableAddress = registers.table;
    this.scratch = registers.scratch;
    this.#inMemory = inMemory;
  }

  /** The value of an expression; of a pointer, its place. */
  evaluate(expression: Expression): Value {
    return this.#writers.evaluate(this, expression);
  }

  /** Writes statements up to the first behind which nothing runs. Returns whether there is one. */
  run(statements: readonly Statement[]): boolean {
    return this.#writers.run(this, statements);
  }

  /** The result of a function, whose body is written here. */
  call(declared: FunctionDeclaration, args: readonly Value[]): Value | undefined {
    return this.#writers.call(this, declared, args);
  }

  /** Bytes of scratch memory in use, a multiple of 16. */
  get scratchBytes(): number {
    return this.#scratchBytes;
  }

  /** Stops at a line with what is not supported there. */
  refuse(message: string, line: number = this.line): never {
    throw new WgslError(message, line);
  }

  /** @throws {WgslError} For values of too many parts. */
  assertSmall(leaves: number): void {
    if (leaves > mostLeaves) {
      this.refuse(`a value of ${leaves} numbers is not supported here: wanted at most ${mostLeaves}`);
    }
  }

  /** Notes what is written now: a statement or an expression in this line. @throws {WgslError} For one too many. */
  enter(line: number): void {
    this.line = line;
    if (++this.#parts + this.builder.written <= mostParts) return;
    this.refuse(
      "a kernel this long is not supported here, with functions written out wherever they are called",
    );
  }

  /** A value that later assignments do not change. */
  snapshot(value: Value): Value {
    if (Array.isArray(value)) return value.map((part) => this.snapshot(part));
    const single = value as Operand | Place;
    return single.kind === "register" ? this.hold(single) : single;
  }

  /** The same of a number or vector. */
  hold(operand: Operand): Operand {
    return operand.kind === "register" && operand.isVariable ? this.builder.op("move", operand) : operand;
  }

  /** Registers for a variable of this type. */
  cellsFor(type: Type): Cells {
    return build<Cells>(type, (leaf) => this.builder.variable(leaf)) as Cells;
  }

  /** A place for a variable of a function or of one invocation. */
  placeFor(variable: Variable): Place {
    const { type } = variable;
    const leafs = leafCount(type);
    if (!this.#inMemory.has(variable) && leafs <= mostLeaves / 4) {
      return { kind: "cells", type, cells: this.cellsFor(type), root: variable };
    }
    return this.memoryFor(variable, type);
  }

  /** Scratch memory for a variable: the same each time. */
  memoryFor(variable: Variable, type: Type): MemoryPlace {
    let place = this.#slots.get(variable);
    if (!place) this.#slots.set(variable, place = this.temporary(type));
    return place;
  }

  /** Scratch memory for a value that is indexed. */
  temporary(type: Type): MemoryPlace {
    const offset = this.#allocate(sizeOf(type));
    return { kind: "memory", type, address: this.scratch, offset, isConstant: false };
  }

  /** Takes scratch memory; 16 bytes more than asked may be read. */
  #allocate(bytes: number): number {
    const offset = this.#scratchBytes;
    this.#scratchBytes = Math.ceil((offset + bytes) / 16) * 16;
    return offset;
  }

  /** Notes that the next attempt keeps a variable in memory; what is given here is thrown away with this attempt. */
  moveToMemory(place: CellsPlace, type: Type): Place {
    this.moved.add(place.root);
    return { kind: "cells", type, cells: this.cellsFor(type), root: place.root };
  }

  /** The place of a binding. */
  bindingPlace(variable: Variable): MemoryPlace {
    let place = this.bindings.get(variable);
    if (!place) {
      const address = this.#inPrologue(() => this.#tableEntry(variable, 0));
      const isConstant = variable.space === "uniform" || variable.access !== "read_write";
      place = { kind: "memory", type: variable.type, address, offset: 0, isConstant, binding: variable };
      this.bindings.set(variable, place);
    }
    return place;
  }

  /** Number of the last element of `stride` bytes after the first `offset` bytes of a binding. */
  lastOf(binding: Variable, offset: number, stride: number): Operand {
    const key = `${binding.binding} ${offset} ${stride}`;
    let last = this.#lasts.get(key);
    if (!last) {
      last = this.#inPrologue(() => {
        let bytes = this.#sizes.get(binding);
        if (!bytes) this.#sizes.set(binding, bytes = this.#tableEntry(binding, 4));
        const { builder } = this;
        const rest = builder.op("i32.sub", bytes, i32(offset));
        return builder.op("i32.sub", builder.op("i32.div_u", rest, i32(stride)), i32(1));
      });
      this.#lasts.set(key, last);
    }
    return last;
  }

  #tableEntry({ binding }: Variable, offset: number): Operand {
    return this.builder.load("i32.load", this.#tableAddress, {
      offset: 8 * binding! + offset,
      isConstant: true,
    });
  }

  #inPrologue(write: () => Operand): Operand {
    let operand: Operand | undefined;
    this.prologue.push(...this.builder.collectBefore(this.#knownBefore, () => operand = write()));
    return operand!;
  }

  /** What a name stands for. */
  valueOf(variable: Variable, line: number): Value {
    const value = this.values.get(variable);
    if (value !== undefined) return value;
    if (variable.space === "storage" || variable.space === "uniform") return this.bindingPlace(variable);
    return this.refuse(`${variable.name} has no value here`, line);
  }
}
