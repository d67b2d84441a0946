/** Products followed by sums as one instruction, which rounds once or twice: relaxed SIMD leaves that to the processor. @module */
import { type Compute, countUses, type Instruction, listsOf, type Register, resultOf } from "./ir.ts";

/** The program with a * b + c and c - a * b fused, where nothing else needs the product. */
export function fuse(body: Instruction[]): Instruction[] {
  fuseList(body, countUses(body));
  return body;
}

function fuseList(list: Instruction[], uses: ReadonlyMap<Register, number>): void {
  /** Products of this list whose factors are still what they were. */
  const products = new Map<Register, Compute>();
  for (const [i, instruction] of list.entries()) {
    if (instruction.kind === "compute") {
      const fused = fusedWith(products, instruction);
      if (fused) list[i] = fused;
      else if (instruction.op === "f32x4.mul" && uses.get(instruction.result) === 1) {
        products.set(instruction.result, instruction);
      }
      continue;
    }
    const lists = listsOf(instruction);
    if (lists.length > 0) products.clear();
    for (const inner of lists) fuseList(inner, uses);
    const assigned = resultOf(instruction);
    if (instruction.kind !== "copy" || !assigned) continue;
    for (const [result, { args }] of products) if (args.includes(assigned)) products.delete(result);
  }
}

function fusedWith(
  products: ReadonlyMap<Register, Compute>,
  { op, args, result }: Compute,
): Compute | undefined {
  if (op !== "f32x4.add" && op !== "f32x4.sub") return undefined;
  const [left, right] = args as [Compute["args"][0], Compute["args"][0]];
  const product = (operand: typeof left) => operand.kind === "register" ? products.get(operand) : undefined;
  const second = product(right);
  if (op === "f32x4.sub") {
    return second && { kind: "compute", result, op: "f32x4.relaxed_nmadd", args: [...second.args, left] };
  }
  const first = second ?? product(left);
  if (!first) return undefined;
  return {
    kind: "compute",
    result,
    op: "f32x4.relaxed_madd",
    args: [...first.args, first === second ? left : right],
  };
}
