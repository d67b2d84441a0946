/** The loops around an entry point: over workgroups, and over the invocations of each. @module */
import type { FunctionDeclaration } from "../wgsl/tree.ts";
import { i32 } from "./builder.ts";
import type { Label, Operand, Register } from "./ir.ts";
import type { Lowering } from "./lowering.ts";
import type { Value } from "./value.ts";
import { vectorOf } from "./vector.ts";

/** Which workgroups, of how many. */
export interface WorkgroupRange {
  /** Linear number of the first one. */
  readonly first: Register;
  /** Linear number behind the last one. */
  readonly end: Register;
  /** Workgroups of the dispatch in x. */
  readonly x: Register;
  /** In y. */
  readonly y: Register;
  /** In z. */
  readonly z: Register;
}

/** What the loops are around. */
export interface WorkgroupBody {
  /** Its parameters say what they are given. */
  readonly entry: FunctionDeclaration;
  /** Writes what a workgroup begins with. */
  begin(): void;
  /** Writes an invocation with these arguments. */
  invoke(args: readonly Value[]): void;
}

type Triple = readonly [Operand, Operand, Operand];

/** Writes the loops: one along x inside one along the rest, so that what only x changes is computed once a row. */
export function lowerWorkgroups(
  lowering: Lowering,
  { first, end, x, y, z }: WorkgroupRange,
  { entry, begin, invoke }: WorkgroupBody,
): void {
  const { builder } = lowering;
  const [groupX, groupY, groupZ, position] = Array.from({ length: 4 }, () => builder.variable("i32")) as [
    Register,
    Register,
    Register,
    Register,
  ];
  const rest = builder.op("i32.div_u", first, x);
  builder.copy(groupX, builder.op("i32.rem_u", first, x));
  builder.copy(groupY, builder.op("i32.rem_u", rest, y));
  builder.copy(groupZ, builder.op("i32.div_u", rest, y));
  builder.copy(position, first);
  loop(lowering, { counter: position, end, name: "rows" }, () => {
    const row = [lowering.hold(groupY), lowering.hold(groupZ)] as const;
    const begun = lowering.hold(groupX);
    const count = builder.op("bound", builder.op("i32.sub", x, begun), builder.op("i32.sub", end, position));
    loop(lowering, { counter: groupX, end: builder.op("i32.add", begun, count), name: "workgroups" }, () => {
      begin();
      const group = [lowering.hold(groupX), ...row] as const;
      lowerInvocations(lowering, (local) =>
        invoke(entry.parameters.map(({ type, builtins }) => {
          const values = builtins!.map((name) =>
            builtinValue(lowering, name, { group, local, counts: [x, y, z] })
          );
          return type.kind === "struct" ? values : values[0]!;
        })));
      builder.copy(groupX, builder.op("i32.add", groupX, i32(1)));
    });
    builder.copy(position, builder.op("i32.add", position, count));
    builder.copy(groupX, i32(0));
    const next = builder.op("i32.add", row[0], i32(1));
    const wraps = builder.op("i32.eq", next, y);
    builder.copy(groupY, builder.op("select", i32(0), next, wraps));
    builder.copy(groupZ, builder.op("i32.add", row[1], wraps));
  });
}

/** A loop up to where a counter reaches its end. */
function loop(
  { builder }: Lowering,
  { counter, end, name }: { readonly counter: Register; readonly end: Operand; readonly name: string },
  write: () => void,
): void {
  const label: Label = { name };
  const exit: Label = { name: `${name} end` };
  const body = builder.collect(() => {
    builder.branch(exit, builder.op("i32.ge_u", counter, end));
    write();
    builder.branch(label);
  });
  builder.add({ kind: "block", label: exit, body: [{ kind: "loop", label, body }] });
}

/** The invocations of a workgroup, x fastest, one after another. */
function lowerInvocations(lowering: Lowering, write: (local: Triple) => void): void {
  const { builder } = lowering;
  const extents = lowering.workgroupSize;
  const counters = extents.map((extent) => extent === 1 ? undefined : builder.variable("i32"));
  const nest = (axis: number): void => {
    if (axis < 0) {
      write(counters.map((counter) => counter ? lowering.hold(counter) : i32(0)) as unknown as Triple);
      return;
    }
    const counter = counters[axis];
    if (!counter) return nest(axis - 1);
    builder.copy(counter, i32(0));
    loop(lowering, { counter, end: i32(extents[axis]!), name: "invocations" }, () => {
      nest(axis - 1);
      builder.copy(counter, builder.op("i32.add", counter, i32(1)));
    });
  };
  nest(2);
}

interface Position {
  readonly group: Triple;
  readonly local: Triple;
  readonly counts: Triple;
}

function builtinValue(lowering: Lowering, name: string, { group, local, counts }: Position): Value {
  const { builder, workgroupSize } = lowering;
  switch (name) {
    case "workgroup_id":
      return vectorOf(builder, group);
    case "local_invocation_id":
      return vectorOf(builder, local);
    case "num_workgroups":
      return vectorOf(builder, counts);
    case "local_invocation_index": {
      const [x, y] = workgroupSize;
      const rows = builder.op("i32.add", local[1], builder.op("i32.mul", local[2], i32(y)));
      return builder.op("i32.add", local[0], builder.op("i32.mul", rows, i32(x)));
    }
    case "global_invocation_id":
      return vectorOf(
        builder,
        group.map((number, axis) =>
          builder.op("i32.add", builder.op("i32.mul", number, i32(workgroupSize[axis]!)), local[axis]!)
        ),
      );
    default:
      return lowering.refuse(`@builtin(${name}) is not supported here`);
  }
}
