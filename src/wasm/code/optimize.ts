/** Passes over the instructions of a kernel. @module */
import { type Instruction, type Operand, operandsOf, type Register, resultOf, walk } from "./ir.ts";
import type { CodeOptions } from "./kernel_code.ts";
import { checkOnce } from "./bounds.ts";
import { fuse } from "./fuse.ts";
import { hoist } from "./hoist.ts";
import { keepVectors } from "./keep_vectors.ts";

/** The same program, faster. */
export function optimize(body: Instruction[], { relaxed }: CodeOptions): Instruction[] {
  const needed = withoutUnused(body);
  // Fused first: what rounds how depends on the text alone, and not on where the passes move it.
  const fused = relaxed ? withoutUnused(fuse(needed)) : needed;
  const checked = checkOnce(hoist(fused, { loads: true }));
  return keepVectors(withoutUnused(hoist(checked, { loads: false })));
}

/** The program without what nothing needs: the assignments of a variable that only it reads among them. */
export function withoutUnused(body: readonly Instruction[]): Instruction[] {
  const makers = new Map<Register, Instruction[]>();
  const needed = new Set<Register>();
  const found: Register[] = [];
  const need = (operand: Operand) => {
    if (operand.kind !== "register" || needed.has(operand)) return;
    needed.add(operand);
    found.push(operand);
  };
  walk(body, (instruction) => {
    const result = resultOf(instruction);
    if (!result) return operandsOf(instruction).forEach(need);
    const list = makers.get(result);
    if (list) list.push(instruction);
    else makers.set(result, [instruction]);
  });
  for (let register = found.pop(); register; register = found.pop()) {
    for (const maker of makers.get(register) ?? []) operandsOf(maker).forEach(need);
  }
  return kept(body, needed);
}

function kept(list: readonly Instruction[], needed: ReadonlySet<Register>): Instruction[] {
  return list.flatMap((instruction): Instruction[] => {
    const result = resultOf(instruction);
    if (result) return needed.has(result) ? [instruction] : [];
    switch (instruction.kind) {
      case "if": {
        const then = kept(instruction.then, needed);
        const otherwise = kept(instruction.otherwise, needed);
        return then.length + otherwise.length > 0 ? [{ ...instruction, then, otherwise }] : [];
      }
      case "block": {
        const inner = kept(instruction.body, needed);
        return inner.length > 0 ? [{ ...instruction, body: inner }] : [];
      }
      case "loop":
        return [{ ...instruction, body: kept(instruction.body, needed) }];
      default:
        return [instruction];
    }
  });
}
