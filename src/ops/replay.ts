/** Experience replay: the host side of `shaders/replay.wgsl`. @module */
import shader from "../../shaders/replay.wgsl" with { type: "text" };
import type { Gpu } from "../gpu/device.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import type { Members } from "./member.ts";
import { dispatchElementwise, layoutModule, memberModule, randomModule } from "./elementwise.ts";
import { createMatrices, padded } from "./layout.ts";
import { seenModules, type SeenMoments, seenTensors } from "./seen.ts";

const file = { name: "replay.wgsl", text: shader };
const modules = [memberModule, randomModule, layoutModule];
/** Of kernels that see nothing. */
const blindModules = [...modules, ...seenModules(undefined).modules];

/** How a batch is drawn: uniform, `with-replacement` or `without-replacement`, or a contiguous run, `sequential`. */
export type Sampling = "with-replacement" | "without-replacement" | "sequential";

/** Sampling rules in the order of their numbers in the shader, which those of {@linkcode Drawing} follow. */
export const samplings: readonly Sampling[] = ["with-replacement", "without-replacement", "sequential"];

/**
 * How rows are drawn beside sampling. `given`: they and their weights are in the batch already, as `prioritiesDraw` leaves
 * them. `minibatch`: the next share of an epoch, in which each row comes up once; epochs are counted by the member's updates.
 * `in-order`: the rows from {@linkcode SampleArguments.first} on.
 */
export type Drawing = Sampling | "given" | "minibatch" | "in-order";

const drawings: readonly Drawing[] = [...samplings, "given", "minibatch", "in-order"];

/** Where the parts of a transition lie in its row, in floats. */
export interface TransitionLayout {
  /** Numbers of an observation. */
  readonly width: number;
  /** Number of actions. */
  readonly actions: number;
  /** Whether the row ends with the next state's action mask, and perhaps the state's own. */
  readonly masked: boolean;
  /** Whether observations are bits, entry i of one bit `i mod 32` of word `i div 32`; the row's other numbers are floats. */
  readonly bits: boolean;
  /** First float, or word of bits, of the next observation. The observation is at 0. */
  readonly next: number;
  /** First float of (action, reward, terminated, truncated). */
  readonly outcome: number;
  /** First float of the next state's action mask. */
  readonly mask: number;
  /** First float of the state's own action mask; undefined where there is none. */
  readonly ownMask: number | undefined;
  /** Floats in all. */
  readonly row: number;
}

/** Which action masks a transition has: none, the next state's, or both states'. */
export type Masks = boolean | "both";

/** The layout of transitions between observations of `width` numbers, which are held as they are unless as `bits`. */
export function transitionLayout(
  width: number,
  actions: number,
  masks: Masks = false,
  { bits = false }: Partial<Pick<TransitionLayout, "bits">> = {},
): TransitionLayout {
  const next = padded(bits ? Math.ceil(width / 32) : width);
  const mask = 2 * next + 4;
  const behind = mask + (masks ? padded(actions) : 0);
  const ownMask = masks === "both" ? behind : undefined;
  return {
    width,
    actions,
    masked: masks !== false,
    bits,
    next,
    outcome: 2 * next,
    mask,
    ownMask,
    row: behind + (ownMask === undefined ? 0 : padded(actions)),
  };
}

/** A ring of transitions per member: `rows` is `[P, capacity, row]`. */
export interface Replay {
  /** Of a row. */
  readonly layout: TransitionLayout;
  /** Row `i mod capacity in use` holds transition `i` of the member. */
  readonly rows: Tensor<"f32">;
}

/** A batch drawn from replay. */
export interface Batch {
  /** Transitions of each member. */
  readonly size: number;
  /** Replay rows drawn: `[P, batch]`. */
  readonly indices: Tensor<"u32">;
  /**
   * Matrices `[width, batch]` of the states s and s', the last one of an episode included: `[P, 2 * 2, width * batch]`
   * (`createMatrices`). s' is in the first layout alone.
   */
  readonly observations: Tensor<"f32">;
  /** (action, return, discount, weight), discount 0 where nothing follows: `[P, batch, 4]`. */
  readonly outcomes: Tensor<"f32">;
  /** Legal actions of the next state as 0 or 1, `[P, batch, actions]`, padded; or of both: `[P, batch, 2, actions]`. Unused unless masked. */
  readonly masks: Tensor<"f32">;
}

/** A batch of `size` transitions of each member, all zero. */
export function createBatch(
  gpu: Gpu,
  { width, mask, row }: TransitionLayout,
  { members, size }: { readonly members: number; readonly size: number },
): Batch {
  return {
    size,
    indices: new Tensor(gpu, [members, size], { label: "indices", dtype: "u32" }),
    observations: createMatrices(gpu, [members, 2, width, size], "observations"),
    outcomes: new Tensor(gpu, [members, size, 4], { label: "outcomes" }),
    masks: new Tensor(gpu, [members, size, Math.max(4, row - mask)], { label: "masks" }),
  };
}

/** Stores `count` transitions of each member, `[P, count, row]`, over the oldest rows. */
export function replayWrite(
  program: Recorder,
  members: Members,
  { replay, transitions, count }: { replay: Replay; transitions: Tensor<"f32">; count: number },
): void {
  const [population, capacity, row] = replay.rows.shape as [number, number, number];
  dispatchElementwise(program, {
    file,
    modules: blindModules,
    entryPoint: "replay_write",
    overrides: { ROWS: rowsOfWorkgroup(program) },
    invocations: count * row / 4,
    members: population,
  }, {
    tensors: { members, transitions, written: replay.rows },
    sizes: { rows: count, capacity, row: row / 4 },
  });
}

/** Rows that a workgroup draws: whole blocks of four. */
function rowsOfWorkgroup({ gpu: { kernelProfile: { group } } }: Recorder): number {
  return Math.max(4, group);
}

/** Has what is stored next begin episodes anew: the latest transition of each environment counts as truncated. */
export function replayCut(
  program: Recorder,
  members: Members,
  { replay: { rows, layout }, environments }: { readonly replay: Replay; readonly environments: number },
): void {
  const [population, capacity, row] = rows.shape as [number, number, number];
  dispatchElementwise(program, {
    file,
    modules: blindModules,
    entryPoint: "replay_cut",
    overrides: { ROWS: rowsOfWorkgroup(program) },
    invocations: environments,
    members: population,
  }, {
    tensors: { members, written: rows },
    sizes: { capacity, row: row / 4, width: layout.next / 4, environments },
  });
}

/** What {@linkcode replaySample} draws from, and what it fills. */
export interface SampleArguments {
  /** The transitions kept. */
  readonly replay: Replay;
  /** Result. */
  readonly batch: Batch;
  /** How rows are drawn. */
  readonly sampling: Drawing;
  /** What they are normalized by; they are as they are in `replay` without. */
  readonly moments?: SeenMoments | undefined;
  /** Row of a batch that is drawn `in-order`, 0 by default. */
  readonly first?: number;
  /** Transitions whose rewards a return adds up, where the episode and the replay memory have so many: n, at least 1. */
  readonly steps: number;
  /** Environments of each member: how many rows of `replay` one step takes. */
  readonly environments: number;
}

/** Draws the batch of the next update, by the members' seeds and update counts, and gathers its rows into `batch`. */
export function replaySample(
  program: Recorder,
  members: Members,
  { replay: { rows, layout }, batch, sampling, moments, first = 0, steps, environments }: SampleArguments,
): void {
  const [population, capacity, row] = rows.shape as [number, number, number];
  const { group } = program.gpu.kernelProfile;
  const { indices, observations, outcomes, masks } = batch;
  const drawn = rowsOfWorkgroup(program);
  const seen = seenModules(moments);
  dispatchElementwise(program, {
    file,
    modules: [...modules, ...seen.modules],
    entryPoint: "replay_sample",
    overrides: {
      ...seen.overrides,
      SAMPLING: drawings.indexOf(sampling),
      ROWS: drawn,
      STEPS: steps,
      BOTH_MASKS: Number(layout.ownMask !== undefined),
      BITS: Number(layout.bits),
    },
    invocations: Math.ceil(batch.size / drawn) * group,
    members: population,
  }, {
    tensors: { members, replay: rows, indices, observations, outcomes, masks, ...seenTensors(moments) },
    sizes: {
      rows: batch.size,
      capacity,
      row: row / 4,
      width: layout.next / 4,
      seen: padded(layout.width) / 4,
      environments,
      first,
    },
  });
}
