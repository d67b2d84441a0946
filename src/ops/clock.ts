/** The members' clocks: the host side of `shaders/clock.wgsl`. @module */
import shader from "../../shaders/clock.wgsl" with { type: "text" };
import type { Dispatch, Recorder } from "../gpu/recorder.ts";
import type { Sizes } from "../gpu/run_time_sizes.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise, memberModule } from "./elementwise.ts";
import type { Members } from "./member.ts";
import type { TransitionLayout } from "./replay.ts";

const file = { name: "clock.wgsl", text: shader };

/** Counts the steps of `transitions` `[P, count, row]`, laid out by `layout`, and the episodes that they end. */
export function clockStep(
  program: Recorder,
  members: Members,
  { transitions, count, layout }: {
    readonly transitions: Tensor<"f32">;
    readonly count: number;
    readonly layout: TransitionLayout;
  },
): void {
  dispatchClock(program, "clock_step", {
    tensors: { members, transitions },
    sizes: { members: members.shape[0]!, transitions: count, row: layout.row, outcome: layout.outcome },
  });
}

/** Sets each member's goal to its entry of `goals` `[P]`; one of 0 rests from here on, the others go on. */
export function clockGoals(program: Recorder, members: Members, goals: Tensor<"u32">): void {
  dispatchClock(program, "clock_goals", {
    tensors: { members, goals },
    sizes: { members: members.shape[0]! },
  });
}

function dispatchClock(
  program: Recorder,
  entryPoint: string,
  { tensors, sizes }: Pick<Dispatch, "tensors"> & { readonly sizes: Sizes & { readonly members: number } },
): void {
  const invocations = sizes.members;
  dispatchElementwise(program, { file, entryPoint, modules: [memberModule], invocations }, {
    tensors,
    sizes,
  });
}
