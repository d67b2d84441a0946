/**
 * Loops whose indices are known to stay inside before they begin. Such a loop is written twice: without the check of each
 * index, and as it was, for the dispatch whose indices do not.
 *
 * @module
 */
import { Builder, i32 } from "./builder.ts";
import { type Induction, type InductionLoop, inductionLoop } from "./induction.ts";
import {
  type Compute,
  type Instruction,
  isAmong,
  listsOf,
  type Loop,
  type Operand,
  type Register,
  walk,
} from "./ir.ts";
import { Pointers } from "./pointers.ts";

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
  const counted = isWorthIt(loop) ? inductionLoop(loop) : undefined;
  if (!counted) return [loop];
  const builder = new Builder();
  const begins = builder.op("i32.lt_u", counted.counter.register, counted.limit);
  const before = builder.list;
  const inside = new Set<Register>();
  const checked = builder.collect(() => {
    const bounds = new Bounds(builder, counted);
    let holds = bounds.endsInTime;
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
  readonly #counted: InductionLoop;
  readonly #largest: Operand;
  readonly #wide = new Map<Operand, Operand>();
  readonly #turns: Operand;

  constructor(builder: Builder, counted: InductionLoop) {
    this.#builder = builder;
    this.#counted = counted;
    this.#largest = builder.op("i64.extend_i32_u", i32(-1));
    const { counter: { register, step }, limit } = counted;
    const first = builder.op("move", register);
    const span = builder.op("i32.sub", builder.op("i32.sub", limit, i32(1)), first);
    this.#turns = this.#widened(builder.op("i32.div_u", span, step));
  }

  /** Whether no step takes the counter past the largest number, from where it would start again. */
  get endsInTime(): Operand {
    const { counter: { step }, limit } = this.#counted;
    return this.#builder.op("i32.le_u", limit, this.#builder.op("i32.sub", i32(0), step));
  }

  /** Whether the index of a `bound` stays inside, as an operand; undefined where that cannot be told. */
  staysInside({ args }: Compute, at: number): Operand | undefined {
    const [index, last] = args as [Operand, Operand];
    if (isAmong(last, this.#counted.changing)) return undefined;
    const checks: Operand[] = [];
    const most = this.#most(index, at, checks);
    if (!most) return undefined;
    const inside = this.#builder.op("i64.le_u", most, this.#widened(last));
    return checks.reduce((all, check) => this.#builder.op("i32.and", all, check), inside);
  }

  /** The largest value of an operand in all turns, at this place in the loop. */
  #most(operand: Operand, at: number, checks: Operand[]): Operand | undefined {
    if (!isAmong(operand, this.#counted.changing)) return this.#widened(operand);
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
        return isAmong(right, this.#counted.changing) ? undefined : this.#widened(right);
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

  #widened(operand: Operand): Operand {
    let wide = this.#wide.get(operand);
    if (!wide) this.#wide.set(operand, wide = this.#builder.op("i64.extend_i32_u", operand));
    return wide;
  }
}
