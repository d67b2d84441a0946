import { assertEquals } from "@std/assert";
import type { Constant, Instruction, Register } from "../../../src/wasm/code/ir.ts";
import { keepVectors } from "../../../src/wasm/code/keep_vectors.ts";

const register = (): Register => ({ kind: "register", type: "v128", isVariable: false });
const vector = (...value: number[]): Constant => ({ kind: "constant", type: "v128", value });
const add = (...args: (Register | Constant)[]): Instruction => ({
  kind: "compute",
  op: "f32x4.add",
  result: register(),
  args,
});
const loop = (...body: Instruction[]): Instruction => ({ kind: "loop", label: { name: "loop" }, body });

Deno.test("keepVectors() assigns a loop's constant vectors in front of it, each once, and leaves those of 0 and 1 bits", () => {
  const [x, half, one] = [register(), vector(7, 7, 7, 7), vector(8, 8, 8, 8)];
  const cheap = [vector(0, 0, 0, 0), vector(-1, -1, -1, -1)];
  const store = { kind: "store", op: "v128.store", address: x, offset: 0, value: half } as const;
  const block: Instruction = { kind: "block", label: { name: "block" }, body: [store] };
  const found = keepVectors([
    add(x, half),
    loop(add(x, half), block, add(x, cheap[0]!), add(x, cheap[1]!), loop(add(vector(7, 7, 7, 7), one))),
  ]);
  const operands = (instruction?: Instruction) => instruction?.kind === "compute" ? instruction.args : [];
  const bodyOf = (instruction?: Instruction) =>
    instruction?.kind === "loop" || instruction?.kind === "block" ? instruction.body : [];

  assertEquals(found.map(({ kind }) => kind), ["compute", "copy", "loop"]);
  assertEquals(operands(found[0]), [x, half]);
  const kept = found[1]!;
  assertEquals(kept.kind === "copy" && kept.from, half);
  const outer = bodyOf(found[2]);
  assertEquals(outer.map(({ kind }) => kind), [
    "compute",
    "block",
    "compute",
    "compute",
    "copy",
    "copy",
    "loop",
  ]);
  const held = kept.kind === "copy" ? kept.to : undefined;
  assertEquals(operands(outer[0])[1] === held, true);
  const [stored] = bodyOf(outer[1]);
  assertEquals(stored?.kind === "store" && stored.value === held, true);
  assertEquals([operands(outer[2])[1], operands(outer[3])[1]], cheap);
  const inner = operands(bodyOf(outer[6])[0]);
  assertEquals(
    inner.map((operand) => outer.findIndex((each) => each.kind === "copy" && each.to === operand)),
    [4, 5],
  );
});
