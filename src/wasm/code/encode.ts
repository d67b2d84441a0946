/** Writes a function's instructions as a WebAssembly module. Source: the WebAssembly specification, "Binary Format". @module */
import { WgslError } from "../wgsl/error.ts";
import { Bytes } from "./bytes.ts";
import type { Compute, Constant, Instruction, Label, Load, Operand, Register, Store } from "./ir.ts";
import { countUses, operandsOf } from "./ir.ts";
import { opcodes, typeBytes, type WasmType } from "./opcodes.ts";

/** Computations in one another that are held back: the calls that write them out are as deep. */
const deepest = 100;

/** Locals that a function may have, its parameters among them: engines take no more. */
const mostLocals = 50_000;

/** Pages of 64 KiB that a memory may have. */
const mostPages = 65536;

/**
 * A module that imports `device.memory` and exports `dispatch`, a function of `parameters` that returns an `i32`.
 *
 * @throws {WgslError} With the line of the entry point when more values are in use than an engine takes.
 * @throws {RangeError} For an instruction that is not in `opcodes`.
 */
export function encode(
  body: readonly Instruction[],
  parameters: readonly Register[],
  { shared, line }: { readonly shared: boolean; readonly line: number },
): Uint8Array<ArrayBuffer> {
  const encoder = new FunctionEncoder(body, parameters);
  const code = encoder.encode(body);
  if (encoder.locals > mostLocals) {
    const values = `${encoder.locals} values at once`;
    throw new WgslError(`${values} are not supported here: wanted at most ${mostLocals}`, line);
  }
  const module = new Bytes();
  module.push(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  section(module, 1, (bytes) => {
    bytes.push(1, 0x60);
    bytes.unsigned(parameters.length);
    for (const { type } of parameters) bytes.push(typeBytes[type]);
    bytes.push(1, typeBytes.i32);
  });
  section(module, 2, (bytes) => {
    bytes.push(1);
    bytes.name("device");
    bytes.name("memory");
    bytes.push(2, shared ? 3 : 0, 1);
    if (shared) bytes.unsigned(mostPages);
  });
  section(module, 3, (bytes) => bytes.push(1, 0));
  section(module, 7, (bytes) => {
    bytes.push(1);
    bytes.name("dispatch");
    bytes.push(0, 0);
  });
  section(module, 10, (bytes) => {
    bytes.push(1);
    bytes.unsigned(code.length);
    bytes.append(code);
  });
  return module.taken();
}

function section(module: Bytes, id: number, write: (bytes: Bytes) => void): void {
  const bytes = new Bytes();
  write(bytes);
  module.push(id);
  module.unsigned(bytes.length);
  module.append(bytes);
}

/** A computation that stands where its only user takes it. */
interface Pending {
  readonly instruction: Compute | Load;
  /** Variables' registers that it reads. */
  readonly reads: ReadonlySet<Register>;
  /** Whether it reads memory that may be written. */
  readonly isVolatile: boolean;
  /** How many computations lie in one another in it. */
  readonly depth: number;
}

const empty: ReadonlySet<Register> = new Set();

class FunctionEncoder {
  readonly #code = new Bytes();
  readonly #locals = new Map<Register, number>();
  readonly #localTypes: WasmType[] = [];
  readonly #parameters: number;
  readonly #uses: ReadonlyMap<Register, number>;
  readonly #labels: (Label | undefined)[] = [];
  readonly #pending = new Map<Register, Pending>();

  constructor(body: readonly Instruction[], parameters: readonly Register[]) {
    this.#parameters = parameters.length;
    parameters.forEach((register, i) => this.#locals.set(register, i));
    this.#uses = countUses(body);
  }

  /** Locals so far. */
  get locals(): number {
    return this.#parameters + this.#localTypes.length;
  }

  encode(body: readonly Instruction[]): Bytes {
    this.#list(body);
    const whole = new Bytes();
    const runs: [count: number, type: WasmType][] = [];
    for (const type of this.#localTypes) {
      if (runs.at(-1)?.[1] === type) runs.at(-1)![0]++;
      else runs.push([1, type]);
    }
    whole.unsigned(runs.length);
    for (const [count, type] of runs) {
      whole.unsigned(count);
      whole.push(typeBytes[type]);
    }
    whole.append(this.#code);
    whole.push(0x0b);
    return whole;
  }

  #local(register: Register): number {
    let index = this.#locals.get(register);
    if (index === undefined) {
      index = this.locals;
      this.#localTypes.push(register.type);
      this.#locals.set(register, index);
    }
    return index;
  }

  #list(list: readonly Instruction[]): void {
    for (const instruction of list) this.#instruction(instruction);
    this.#settle(() => true);
  }

  #instruction(instruction: Instruction): void {
    switch (instruction.kind) {
      case "compute":
      case "load":
        this.#defer(instruction);
        break;
      case "copy":
        this.#copy(instruction.to, instruction.from);
        break;
      case "store":
        this.#store(instruction);
        break;
      case "clear":
        this.#settle(({ isVolatile }) => isVolatile);
        this.#operand(instruction.address);
        this.#constant({ kind: "constant", type: "i32", value: 0 });
        this.#constant({ kind: "constant", type: "i32", value: instruction.bytes });
        this.#code.push(0xfc, 11, 0);
        break;
      case "if":
        this.#settle((_, register) => register !== instruction.condition);
        this.#operand(instruction.condition);
        this.#open(0x04, undefined);
        this.#list(instruction.then);
        if (instruction.otherwise.length > 0) {
          this.#code.push(0x05);
          this.#list(instruction.otherwise);
        }
        this.#close();
        break;
      case "block":
      case "loop":
        this.#settle(() => true);
        this.#open(instruction.kind === "block" ? 0x02 : 0x03, instruction.label);
        this.#list(instruction.body);
        this.#close();
        break;
      case "branch":
        if (instruction.condition) this.#operand(instruction.condition);
        this.#code.push(instruction.condition ? 0x0d : 0x0c);
        this.#code.unsigned(this.#labels.length - 1 - this.#labels.lastIndexOf(instruction.label));
        break;
      case "return":
        this.#operand(instruction.value);
        this.#code.push(0x0f);
        break;
    }
  }

  #open(code: number, label: Label | undefined): void {
    this.#code.push(code, 0x40);
    this.#labels.push(label);
  }

  #close(): void {
    this.#code.push(0x0b);
    this.#labels.pop();
  }

  /** Holds a computation back until its only user takes it, or until something that it reads is about to change. */
  #defer(instruction: Compute | Load): void {
    const { result } = instruction;
    const reads = new Set<Register>();
    let isVolatile = instruction.kind === "load" && !instruction.isConstant;
    let depth = 1;
    for (const operand of operandsOf(instruction)) {
      if (operand.kind !== "register") continue;
      if (operand.isVariable) reads.add(operand);
      const inner = this.#pending.get(operand);
      for (const register of inner?.reads ?? empty) reads.add(register);
      isVolatile ||= inner?.isVolatile ?? false;
      depth = Math.max(depth, 1 + (inner?.depth ?? 0));
    }
    const uses = this.#uses.get(result) ?? 0;
    if (uses === 0) return;
    this.#pending.set(result, { instruction, reads, isVolatile, depth });
    if (uses > 1 || depth === deepest) this.#materialize(result);
  }

  #materialize(register: Register): void {
    this.#tree(register);
    this.#code.push(0x21);
    this.#code.unsigned(this.#local(register));
  }

  /** Computes what is held back and fits. */
  #settle(fits: (pending: Pending, register: Register) => boolean): void {
    // A computation takes those that it is made of with it.
    for (const [register, pending] of [...this.#pending].reverse()) {
      if (this.#pending.has(register) && fits(pending, register)) this.#materialize(register);
    }
  }

  /** The instructions of a computation that was held back. */
  #tree(register: Register): void {
    const { instruction } = this.#pending.get(register)!;
    this.#pending.delete(register);
    if (instruction.kind === "load") this.#load(instruction);
    else this.#compute(instruction);
  }

  #operand(operand: Operand): void {
    if (operand.kind === "constant") return this.#constant(operand);
    if (this.#pending.has(operand)) return this.#tree(operand);
    this.#code.push(0x20);
    this.#code.unsigned(this.#local(operand));
  }

  /** The same, so that it can be had again by `#operand`. */
  #operandAgain(operand: Operand): void {
    if (operand.kind === "constant" || !this.#pending.has(operand)) return this.#operand(operand);
    this.#tree(operand);
    this.#code.push(0x22);
    this.#code.unsigned(this.#local(operand));
  }

  #constant({ type, value }: Constant): void {
    if (type === "i32") {
      this.#code.push(0x41);
      this.#code.signed(value as number);
    } else if (type === "i64") {
      this.#code.push(0x42);
      this.#code.signed(value as number);
    } else if (type === "f32") {
      this.#code.push(0x43);
      this.#code.float(value as number);
    } else {
      this.#code.push(0xfd, 0x0c);
      for (const lane of value as readonly number[]) this.#code.word(lane);
    }
  }

  #compute({ op, args, immediate }: Compute): void {
    if (op === "bound") {
      const [value, most] = args as [Operand, Operand];
      this.#operandAgain(value);
      this.#operandAgain(most);
      this.#operand(value);
      this.#operand(most);
      this.#code.push(0x49, 0x1b); // i32.lt_u, select
      return;
    }
    for (const arg of args) this.#operand(arg);
    if (op === "move") return;
    if (op === "select") return this.#code.push(0x1b);
    const opcode = opcodes.get(op);
    if (!opcode) throw new RangeError(`Cannot encode ${op}: there is no such instruction`);
    this.#code.push(...opcode.bytes, ...immediate ?? []);
  }

  #load({ op, address, offset }: Load): void {
    this.#operand(address);
    this.#code.push(...opcodes.get(op)!.bytes, 2);
    this.#code.unsigned(offset);
  }

  #store({ op, address, offset, value, lane }: Store): void {
    // What reads memory and is taken by this store itself comes before it anyway.
    this.#settle(({ isVolatile }, register) => isVolatile && register !== address && register !== value);
    this.#operand(address);
    this.#operand(value);
    this.#code.push(...storeCodes[op], 2);
    this.#code.unsigned(offset);
    if (lane !== undefined) this.#code.push(lane);
  }

  #copy(to: Register, from: Operand): void {
    this.#settle(({ reads }, register) => register !== from && reads.has(to));
    this.#operand(from);
    this.#code.push(0x21);
    this.#code.unsigned(this.#local(to));
  }
}

const storeCodes: Readonly<Record<Store["op"], readonly number[]>> = {
  "i32.store": [0x36],
  "f32.store": [0x38],
  "v128.store": [0xfd, 0x0b],
  "v128.store32_lane": [0xfd, 0x5a],
  "v128.store64_lane": [0xfd, 0x5b],
};
