/** Prioritized replay: the host side of `shaders/priorities.wgsl`. @module */
import shader from "../../shaders/priorities.wgsl" with { type: "text" };
import type { Gpu } from "../gpu/device.ts";
import type { TensorRange } from "../gpu/readback.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { Sizes } from "../gpu/run_time_sizes.ts";
import { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise, memberModule, randomModule } from "./elementwise.ts";
import type { Members } from "./member.ts";
import type { Batch } from "./replay.ts";

const file = { name: "priorities.wgsl", text: shader };

/** How likely each row of replay is to be drawn, member by member. */
export interface Priorities {
  /**
   * A tree of sums of each member, `[P, 2 L]` with L of {@linkcode leavesOf}: node n is the sum of nodes 2n and 2n + 1, and
   * row i of replay is node L + i, 0 where no transition is. Node 0 is the largest priority so far.
   */
  readonly tree: Tensor<"f32">;
  /** Transitions stored so far that have got a priority: `[P]`. */
  readonly assigned: Tensor<"u32">;
}

/** The largest priority that there may be, MOST in the shader: sums of it are numbers. */
export const mostPriority: number = 2 ** 40;

/** Leaves of the tree over so many rows: the power of two that has room for them, at least 2. */
export function leavesOf(capacity: number): number {
  let leaves = 2;
  while (leaves < capacity) leaves *= 2;
  return leaves;
}

/** The shape of the trees of a population. */
export function treeShape(
  { members, capacity }: { readonly members: number; readonly capacity: number },
): number[] {
  return [members, 2 * leavesOf(capacity)];
}

/** Priorities of `members` replay memories of `capacity` rows each: none yet. */
export function createPriorities(
  gpu: Gpu,
  sizes: { readonly members: number; readonly capacity: number },
): Priorities {
  return {
    tree: new Tensor(gpu, treeShape(sizes), { label: "priorities" }),
    assigned: new Tensor(gpu, [sizes.members], { label: "assigned", dtype: "u32" }),
  };
}

/** What is known of a member's transitions. */
export interface MemberPriorities {
  /** Of the first rows of replay, 0 where no transition is; there is none behind them. */
  readonly rows: Float32Array;
  /** The largest so far, 0 before the first update. */
  readonly largest: number;
  /** Transitions stored so far that have got one. */
  readonly assigned: number;
}

/** Where a member's tree is; with `rows`, where the priorities of that many of its rows are. */
export function treeRange({ tree }: Priorities, member: number, rows?: number): Required<TensorRange> {
  const nodes = tree.shape[1]!;
  const first = member * nodes;
  if (rows === undefined) return { tensor: tree, offset: first, length: nodes };
  return { tensor: tree, offset: first + nodes / 2, length: rows };
}

/** Sets the priorities of one member; by default it has none, as where replay is empty. */
export function writePriorities(
  priorities: Priorities,
  member: number,
  { rows, largest, assigned }: MemberPriorities = { rows: new Float32Array(), largest: 0, assigned: 0 },
): void {
  const { tensor, offset, length } = treeRange(priorities, member);
  const nodes = new Float32Array(length);
  nodes.set(rows, length / 2);
  // Rounded as on the device, which adds the same two numbers.
  for (let node = length / 2 - 1; node > 0; node--) nodes[node] = nodes[2 * node]! + nodes[2 * node + 1]!;
  nodes[0] = largest;
  tensor.write(nodes, offset);
  priorities.assigned.write(Uint32Array.of(assigned), member);
}

interface TreeDispatch {
  readonly tensors: { readonly [name: string]: Tensor; readonly priorities: Tensor };
  readonly sizes: Sizes;
}

/** What the kernels of this family read and write. */
export interface PrioritiesArguments {
  /** Of the transitions in replay. */
  readonly priorities: Priorities;
  /** Takes the rows drawn, in ascending order, and the weight of each. */
  readonly batch: Pick<Batch, "size" | "indices" | "outcomes">;
}

/**
 * Draws the rows of the next update's batch, by the members' seeds and update counts, and sets their weights; what has been
 * stored since the last draw gets the largest priority so far before. {@linkcode replaySample} gathers the rows `given`.
 */
export function prioritiesDraw(
  program: Recorder,
  members: Members,
  { priorities: { tree, assigned }, batch: { size, indices, outcomes } }: PrioritiesArguments,
): void {
  dispatchTrees(program, "priorities_draw", {
    tensors: { members, priorities: tree, assigned, indices, outcomes },
    sizes: { rows: size },
  });
}

/** Sets the priorities of the rows that {@linkcode prioritiesDraw} drew by their TD errors, in the second rows of `td` `[P, 2, batch]`. */
export function prioritiesUpdate(
  program: Recorder,
  members: Members,
  { priorities: { tree }, batch: { size, indices }, td }: PrioritiesArguments & {
    readonly td: Tensor<"f32">;
  },
): void {
  dispatchTrees(program, "priorities_update", {
    tensors: { members, priorities: tree, indices, td },
    sizes: { rows: size },
  });
}

/** One workgroup a member. */
function dispatchTrees(program: Recorder, entryPoint: string, { tensors, sizes }: TreeDispatch): void {
  const [members, nodes] = tensors.priorities.shape as [number, number];
  dispatchElementwise(program, {
    file,
    modules: [memberModule, randomModule],
    entryPoint,
    overrides: { LEVELS: Math.log2(nodes) - 1 },
    invocations: 1,
    members,
  }, { tensors, sizes });
}
