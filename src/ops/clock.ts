/** The members' clocks: the host side of `shaders/clock.wgsl`. @module */
import shader from "../../shaders/clock.wgsl" with { type: "text" };
import { type ScheduleUnit, scheduleUnits } from "../core/schedule.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise, memberModule } from "./elementwise.ts";
import type { Members } from "./member.ts";
import type { TransitionLayout } from "./replay.ts";

const file = { name: "clock.wgsl", text: shader };

/** What the target network's period counts; `none` where there is no target network. */
export type SyncUnit = ScheduleUnit | "none";

/** Units in the order of their numbers in the shader. */
export const syncUnits: readonly SyncUnit[] = [...scheduleUnits, "none"];

/** Arguments of {@linkcode clockStep}. */
export interface StepArguments {
  /** `[P, count, row]`. */
  readonly transitions: Tensor<"f32">;
  /** Steps of each member. */
  readonly count: number;
  /** Of a row of `transitions`: where its end of episode stands. */
  readonly layout: TransitionLayout;
  /** What the target network's period counts: `step` and `episode` fall due here. */
  readonly sync: SyncUnit;
}

/** Counts the steps of `transitions` `[P, count, row]` and the episodes that they end. */
export function clockStep(
  program: Recorder,
  { hyper, clock }: Members,
  { transitions, count, layout, sync }: StepArguments,
): void {
  const members = clock.shape[0]!;
  dispatchElementwise(program, {
    file,
    entryPoint: "clock_step",
    modules: [memberModule],
    invocations: members,
  }, {
    reads: [hyper, transitions],
    writes: [clock],
    params: [members, count, layout.row, layout.outcome, syncUnits.indexOf(sync)],
  });
}

/** Counts the target synchronizations that were due as done. */
export function clockSynced(program: Recorder, { clock }: Members): void {
  const members = clock.shape[0]!;
  dispatchElementwise(program, {
    file,
    entryPoint: "clock_synced",
    modules: [memberModule],
    invocations: members,
  }, { reads: [], writes: [clock], params: [members, 0, 0, 0, 0] });
}
