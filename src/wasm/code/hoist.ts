/** What is the same in every turn of a loop, computed before it. @module */
import {
  type Instruction,
  isAmong,
  listsOf,
  type Loop,
  operandsOf,
  type Register,
  resultOf,
  walk,
} from "./ir.ts";

/** What may be moved: loads may not where their addresses are checked before the loop. */
export interface HoistOptions {
  /** Whether reads of constant memory are moved too. */
  readonly loads: boolean;
}

/** The program with loops freed of what does not change in them, the inner ones first. */
export function hoist(body: Instruction[], options: HoistOptions): Instruction[] {
  return body.flatMap((instruction): Instruction[] => {
    for (const list of listsOf(instruction)) list.splice(0, list.length, ...hoist(list, options));
    return instruction.kind === "loop" ? [...freed(instruction, options), instruction] : [instruction];
  });
}

/** Takes out of a loop what does not change in it. Nothing that is taken can fail, so it may run for nothing. */
function freed(loop: Loop, { loads }: HoistOptions): Instruction[] {
  const changing = new Set<Register>();
  walk(loop.body, (instruction) => {
    const result = resultOf(instruction);
    if (result) changing.add(result);
  });
  const taken: Instruction[] = [];
  const take = (list: Instruction[]) => {
    const left = list.filter((instruction) => {
      if (instruction.kind === "block") take(instruction.body);
      if (instruction.kind === "if" && !loads) listsOf(instruction).forEach(take);
      const isLoad = loads && instruction.kind === "load" && instruction.isConstant;
      if (instruction.kind !== "compute" && !isLoad) return true;
      if (operandsOf(instruction).some((operand) => isAmong(operand, changing))) {
        return true;
      }
      changing.delete(instruction.result);
      taken.push(instruction);
      return false;
    });
    list.splice(0, list.length, ...left);
  };
  take(loop.body);
  return taken;
}
