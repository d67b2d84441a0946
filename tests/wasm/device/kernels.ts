/** Kernels in WebAssembly written by hand, behind a compiler that only knows their names. @module */
import type { KernelBinding, KernelCode } from "../../../src/wasm/code/kernel_code.ts";
import type { Compiler } from "../../../src/wasm/device/context.ts";
import { WgslError } from "../../../src/wasm/wgsl/error.ts";
import type { Module, ScalarType, Variable } from "../../../src/wasm/wgsl/tree.ts";

/** Operation codes. */
const op = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  if: [0x04, 0x40],
  else: [0x05],
  end: [0x0b],
  br: (depth: number) => [0x0c, depth],
  brIf: (depth: number) => [0x0d, depth],
  return: [0x0f],
  unreachable: [0x00],
  get: (local: number) => [0x20, local],
  set: (local: number) => [0x21, local],
  tee: (local: number) => [0x22, local],
  load: (offset = 0) => [0x28, 2, ...unsigned(offset)],
  store: [0x36, 2, 0],
  const: (value: number) => [0x41, ...signed(value)],
  geU: [0x4f],
  ltU: [0x49],
  add: [0x6a],
  sub: [0x6b],
  mul: [0x6c],
  shl: [0x74],
} as const;

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [value % 128 | 128, ...unsigned(Math.floor(value / 128))];
}

function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [value & 127 | 128, ...signed(value >> 7)];
}

function sized(...content: readonly number[]): number[] {
  return [...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return sized(...new TextEncoder().encode(text));
}

/** Locals of a kernel: its parameters, and four integers more. */
const [first, end, bindings, scratch] = [0, 1, 5, 6];
const [own, addend, factor, turn] = [7, 8, 9, 10];

/** A module whose `dispatch` is `body`. */
function assemble(shared: boolean, body: readonly number[]): Uint8Array<ArrayBuffer> {
  const limits = shared ? [3, 1, ...unsigned(65536)] : [0, 1];
  return Uint8Array.of(
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, ...sized(1, 0x60, ...sized(...new Array<number>(7).fill(0x7f)), 1, 0x7f)],
    ...[2, ...sized(1, ...name("device"), ...name("memory"), 2, ...limits)],
    ...[3, ...sized(1, 0)],
    ...[7, ...sized(1, ...name("dispatch"), 0, 0)],
    ...[10, ...sized(1, ...sized(1, 4, 0x7f, ...body, ...op.end))],
  );
}

/** `body` for each workgroup, whose number is in `first`; with the address of its element of binding 1 in `own`. */
function forEachWorkgroup(...body: readonly number[]): number[] {
  return [
    ...op.block,
    ...op.loop,
    ...[...op.get(first), ...op.get(end), ...op.geU, ...op.brIf(1)],
    ...[...op.get(bindings), ...op.load(8), ...elementOf(first), ...op.set(own)],
    ...body,
    ...[...op.get(first), ...op.const(1), ...op.add, ...op.set(first), ...op.br(0)],
    ...op.end,
    ...op.end,
    ...op.const(0),
  ];
}

/** The address on the stack becomes that of the element whose number is in `local`. */
function elementOf(local: number): number[] {
  return [...op.get(local), ...op.const(2), ...op.shl, ...op.add];
}

const setAddend = [...op.get(bindings), ...op.load(0), ...elementOf(first), ...op.load(), ...op.set(addend)];
const setFactor = [...op.get(bindings), ...op.load(64), ...op.load(4), ...op.set(factor)];
const step = [
  ...op.get(own),
  ...[...op.get(own), ...op.load(), ...op.get(factor), ...op.mul, ...op.get(addend), ...op.add],
  ...op.store,
];

const bodies: Readonly<Record<string, readonly number[]>> = {
  // values[i] <- params[1] values[i] + addends[i], a workgroup for each element.
  affine: forEachWorkgroup(...setAddend, ...setFactor, ...step),
  // The same, as often as params[0] says.
  iterate: forEachWorkgroup(
    ...setAddend,
    ...setFactor,
    ...[...op.get(bindings), ...op.load(64), ...op.load(0), ...op.set(turn)],
    ...op.loop,
    ...step,
    ...[...op.get(turn), ...op.const(1), ...op.sub, ...op.tee(turn), ...op.brIf(0)],
    ...op.end,
  ),
  // Counts params[0] down, then values[i] <- where this thread's scratch memory is; says that the loop in line 7 goes on
  // for ever for the workgroup of number params[1].
  trace: forEachWorkgroup(
    ...setFactor,
    ...[...op.get(bindings), ...op.load(64), ...op.load(0), ...op.set(turn)],
    ...op.loop,
    ...[...op.get(turn), ...op.const(1), ...op.sub, ...op.tee(turn), ...op.brIf(0)],
    ...op.end,
    ...[...op.get(own), ...op.get(scratch), ...op.store],
    ...[...op.get(factor), ...op.get(first), ...op.sub],
    ...[...op.if, ...op.else, ...op.const(7), ...op.return, ...op.end],
  ),
  // A fault.
  fault: [...op.unreachable],
  // Nothing, with no bindings.
  unbound: [...op.const(0)],
};

const kernelBindings: readonly KernelBinding[] = [
  { binding: 0, type: "read-only-storage", minimumBytes: 4 },
  { binding: 1, type: "storage", minimumBytes: 4 },
  { binding: 8, type: "uniform", minimumBytes: 8 },
];

/** Bytes that each kernel asks for in scratch memory. */
export const scratchBytes = 48;

const u32: ScalarType = { kind: "scalar", scalar: "u32" };

/**
 * Takes a text that is the names of kernels, one a line, and `override <name>`; refuses lines that start with `wrong`.
 * An entry point `refused` checks and does not compile.
 */
export const handCompiler: Compiler = {
  check(text): Module {
    const lines = text.split("\n").map((line) => line.trim());
    const wrong = lines.flatMap((line, i) =>
      line.startsWith("wrong") ? [new WgslError(`${line} is wrong`, i + 1)] : []
    );
    if (wrong.length === 1) throw wrong[0];
    if (wrong.length > 1) throw new AggregateError(wrong);
    const one = { type: u32, line: 1, kind: "constant", value: 1 } as const;
    return {
      variables: [],
      overrides: lines.filter((line) => line.startsWith("override ")).map((line): Variable => ({
        name: line.slice("override ".length),
        kind: "override",
        type: u32,
        line: 1,
      })),
      functions: lines.filter((line) => line in bodies || line === "refused").map((line) => ({
        name: line,
        parameters: [],
        returns: undefined,
        body: [],
        workgroupSize: [one, one, one],
        line: 1,
      })),
    };
  },
  compile(_module, entryPoint, { shared, constants }): KernelCode {
    if (entryPoint === "refused") throw new WgslError("textures are not supported", 5);
    return {
      bytes: assemble(shared, bodies[entryPoint]!),
      bindings: entryPoint === "unbound" ? [] : kernelBindings,
      workgroupSize: [constants.width ?? 1, 1, 1],
      scratchBytes,
    };
  },
};
