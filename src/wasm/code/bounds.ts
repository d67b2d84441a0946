/**
 * Loops whose indices are known to stay inside before they begin. Such a loop is written twice: without the check of each
 * index, and as it was, for the dispatch whose indices do not.
 *
 * @module
 */
import { Builder, i32 } from "./builder.ts";
import { type CountedLoop, countedLoop, type Induction } from "./induction.ts";
import {
  type Compute,
  type Instruction,
  listsOf,
  type Load,
  type Loop,
  type Operand,
  type Register,
  walk,
} from "./ir.ts";

/** Instructions of a loop whose turns are written together. */
const shortest = 100;

/** Turns that are written together: jumping back costs as much as a few additions. */
const turnsTogether = 4;

/** The program with its innermost counting loops checked once. */
export function checkOnce(body: Instruction[]): Instruction[] {
  return body.flatMap((instruction): Instruction[] => {
    for (const list of listsOf(instruction)) list.splice(0, list.length, ...checkOnce(list));
    return instruction.kind === "loop" ? versions(instruction) : [instruction];
  });
}

/** Whether a loop is one of those that take time: it computes with vectors of floats. */
function isWorthIt({ body }: Loop): boolean {
  let found = false;
  walk(
    body,
    (instruction) => found ||= instruction.kind === "compute" && instruction.op.startsWith("f32x4."),
  );
  return found;
}

function versions(loop: Loop): Instruction[] {
  const counted = isWorthIt(loop) ? countedLoop(loop) : undefined;
  if (!counted) return [loop];
  const builder = new Builder();
  const begins = builder.op("i32.lt_u", counted.counter.register, counted.limit);
  const before = builder.list;
  const inside = new Set<Register>();
  const checked = builder.collect(() => {
    const bounds = new Bounds(builder, counted);
    let holds: Operand = i32(1);
    for (const { instruction, at } of counted.makers.values()) {
      if (instruction.kind !== "compute" || instruction.op !== "bound") continue;
      const check = bounds.staysInside(instruction, at);
      if (!check) continue;
      inside.add(instruction.result);
      holds = builder.op("i32.and", holds, check);
    }
    const pointers = new Pointers({ counted, inside });
    const fast = pointers.loop(loop);
    builder.add({ kind: "if", condition: holds, then: [...pointers.starts, fast], otherwise: [loop] });
  });
  return inside.size === 0
    ? [loop]
    : [...before, { kind: "if", condition: begins, then: checked, otherwise: [] }];
}

/** The largest values of indices, in 64 bits, and whether nothing on the way to them leaves 32. */
class Bounds {
  readonly #builder: Builder;
  readonly #counted: CountedLoop;
  readonly #largest: Operand;
  readonly #wide = new Map<Operand, Operand>();
  readonly #turns: Operand;

  constructor(builder: Builder, counted: CountedLoop) {
    this.#builder = builder;
    this.#counted = counted;
    this.#largest = builder.op("i64.extend_i32_u", i32(-1));
    const { counter: { register, step }, limit } = counted;
    const first = builder.op("move", register);
    const span = builder.op("i32.sub", builder.op("i32.sub", limit, i32(1)), first);
    this.#turns = this.#widened(builder.op("i32.div_u", span, step));
  }

  /** Whether the index of a `bound` stays inside, as an operand; undefined where that cannot be told. */
  staysInside({ args }: Compute, at: number): Operand | undefined {
    const [index, last] = args as [Operand, Operand];
    if (this.#isChanging(last)) return undefined;
    const checks: Operand[] = [];
    const most = this.#most(index, at, checks);
    if (!most) return undefined;
    const inside = this.#builder.op("i64.le_u", most, this.#widened(last));
    return checks.reduce((all, check) => this.#builder.op("i32.and", all, check), inside);
  }

  /** The largest value of an operand in all turns, at this place in the loop. */
  #most(operand: Operand, at: number, checks: Operand[]): Operand | undefined {
    if (!this.#isChanging(operand)) return this.#widened(operand);
    const induction = this.#counted.inductions.get(operand as Register);
    if (induction) return this.#mostOf(induction, at);
    const maker = this.#counted.makers.get(operand as Register)?.instruction;
    if (maker?.kind !== "compute") return undefined;
    const [left, right] = maker.args as [Operand, Operand];
    const builder = this.#builder;
    switch (maker.op) {
      case "move":
        return this.#most(left, at, checks);
      case "bound":
        return this.#isChanging(right) ? undefined : this.#widened(right);
      case "i32.add":
      case "i32.mul": {
        const [a, b] = [this.#most(left, at, checks), this.#most(right, at, checks)];
        if (!a || !b) return undefined;
        checks.push(builder.op("i64.le_u", a, this.#largest), builder.op("i64.le_u", b, this.#largest));
        return builder.op(maker.op === "i32.add" ? "i64.add" : "i64.mul", a, b);
      }
      case "i32.shl": {
        const a = this.#most(left, at, checks);
        if (!a || right.kind !== "constant") return undefined;
        checks.push(builder.op("i64.le_u", a, this.#largest));
        return builder.op("i64.mul", a, this.#widened(i32(2 ** (right.value as number & 31))));
      }
      case "i32.and":
        return right.kind === "constant" ? this.#widened(right) : undefined;
      case "i32.rem_u":
        return right.kind === "constant" ? this.#widened(i32((right.value as number) - 1)) : undefined;
      case "i32.div_u": {
        const a = right.kind === "constant" ? this.#most(left, at, checks) : undefined;
        if (!a) return undefined;
        checks.push(builder.op("i64.le_u", a, this.#largest));
        return builder.op("i64.div_u", a, this.#widened(right));
      }
      default:
        return undefined;
    }
  }

  #mostOf({ register, step, at: assigned }: Induction, at: number): Operand {
    const builder = this.#builder;
    const before = builder.op(
      "i64.add",
      this.#widened(builder.op("move", register)),
      builder.op("i64.mul", this.#turns, this.#widened(step)),
    );
    return at <= assigned ? before : builder.op("i64.add", before, this.#widened(step));
  }

  #isChanging(operand: Operand): boolean {
    return operand.kind === "register" && this.#counted.changing.has(operand);
  }

  #widened(operand: Operand): Operand {
    let wide = this.#wide.get(operand);
    if (!wide) this.#wide.set(operand, wide = this.#builder.op("i64.extend_i32_u", operand));
    return wide;
  }
}

/** A copy of a loop in which nothing is checked that stays inside, and addresses go up by themselves. */
class Pointers {
  /** What runs before the loop. */
  readonly starts: Instruction[] = [];
  readonly #counted: CountedLoop;
  readonly #inside: ReadonlySet<Register>;
  readonly #renamed = new Map<Register, Operand>();
  readonly #pointers = new Map<string, Register>();
  /** What goes up, behind the place in the list where its variable does. */
  readonly #updates = new Map<number, Instruction[]>();
  readonly #numbers = new Map<Operand, number>();

  constructor(
    { counted, inside }: { readonly counted: CountedLoop; readonly inside: ReadonlySet<Register> },
  ) {
    this.#counted = counted;
    this.#inside = inside;
  }

  /** The copy: a few turns of a short loop stand in it one after another, each with its test. */
  loop({ label, body }: Loop): Loop {
    const turns = body.length <= shortest ? turnsTogether : 1;
    const copies = Array.from({ length: turns }, () =>
      body.slice(0, -1).flatMap((instruction, at) => [
        ...this.#list([instruction], at),
        ...this.#updates.get(at) ?? [],
      ]));
    return { kind: "loop", label, body: [...copies.flat(), body.at(-1)!] };
  }

  #list(list: readonly Instruction[], at: number): Instruction[] {
    return list.map((instruction) => this.#copy(instruction, at));
  }

  #copy(instruction: Instruction, at: number): Instruction {
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
        const address = this.#pointer(instruction, at) ?? this.#name(instruction.address);
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
          then: this.#list(instruction.then, at),
          otherwise: this.#list(instruction.otherwise, at),
        };
      case "block":
      case "loop":
        return { ...instruction, body: this.#list(instruction.body, at) };
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
  #pointer({ address }: Load, at: number): Register | undefined {
    const sum = this.#maker(address, "i32.add");
    if (!sum) return undefined;
    const [base, bytes] = sum.args as [Operand, Operand];
    const shifted = this.#maker(bytes, "i32.shl");
    const [index, shift] = (shifted?.args ?? []) as [Operand?, Operand?];
    if (this.#isChanging(base) || !index || shift?.kind !== "constant") return undefined;
    const bound = this.#maker(index, "bound");
    if (!bound || !this.#inside.has(bound.result)) return undefined;
    const terms = this.#terms(bound.args[0]!);
    const inductions = terms.flatMap((term) => this.#counted.inductions.get(term as Register) ?? []);
    const [induction] = inductions;
    if (!induction || inductions.length !== 1 || at > induction.at) return undefined;
    if (terms.some((term) => term !== induction.register && this.#isChanging(term))) return undefined;
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
    if (!this.#isChanging(operand) || this.#counted.inductions.has(operand as Register)) return [operand];
    const sum = this.#maker(operand, "i32.add");
    return sum ? sum.args.flatMap((arg) => this.#terms(arg)) : [operand];
  }

  #maker(operand: Operand, op: string): Compute | undefined {
    const maker = operand.kind === "register" ? this.#counted.makers.get(operand)?.instruction : undefined;
    return maker?.kind === "compute" && maker.op === op ? maker : undefined;
  }

  #isChanging(operand: Operand): boolean {
    return operand.kind === "register" && this.#counted.changing.has(operand);
  }

  #number(part: Operand): number {
    let number = this.#numbers.get(part);
    if (number === undefined) this.#numbers.set(part, number = this.#numbers.size);
    return number;
  }
}
