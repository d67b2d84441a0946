/** Target network synchronization: the host side of `shaders/target.wgsl`. @module */
import shader from "../../shaders/target.wgsl" with { type: "text" };
import { type ScheduleUnit, scheduleUnits } from "../core/schedule.ts";
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Members } from "./clock.ts";
import { dispatchElementwise, memberModule } from "./elementwise.ts";

/** Arguments of {@linkcode targetSync}. */
export interface SyncArguments {
  /** `[P, 2, N]`. */
  readonly online: Tensor<"f32">;
  /** `[P, 2, N]`, of which the first layout is kept. */
  readonly target: Tensor<"f32">;
  /** What the period counts. */
  readonly unit: ScheduleUnit;
  /** Environment steps that the clock takes at once. */
  readonly steps: number;
}

/** `target <- (1 - tau) target + tau online` for the members whose counter just passed a multiple of their period. */
export function targetSync(
  program: Recorder,
  { hyper, clock }: Members,
  { online, target, unit, steps }: SyncArguments,
): void {
  const [members, , total] = online.shape as [number, number, number];
  dispatchElementwise(program, {
    file: { name: "target.wgsl", text: shader },
    modules: [memberModule],
    entryPoint: "target_sync",
    overrides: { UNIT: scheduleUnits.indexOf(unit) },
    invocations: total / 4,
    members,
  }, { reads: [hyper, clock, online], writes: [target], params: [total / 4, steps] });
}
