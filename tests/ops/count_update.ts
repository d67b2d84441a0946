/** A kernel that counts updates and does nothing else. @module */
import type { Recorder } from "../../src/gpu/recorder.ts";
import { type SyncUnit, syncUnits } from "../../src/ops/clock.ts";
import { memberModule } from "../../src/ops/elementwise.ts";
import type { Members } from "../../src/ops/member.ts";

const text = `
struct Params {
  members: u32,
  sync_unit: u32,
}
@group(0) @binding(0) var<storage, read> hyper: array<Hyper>;
@group(0) @binding(1) var<storage, read_write> clock: array<Clock>;
@group(0) @binding(8) var<uniform> params: Params;

@compute @workgroup_size(1)
fn count_update(@builtin(global_invocation_id) id: vec3u) {
  clock[id.x] = clock_after_update(clock[id.x], hyper[id.x], params.sync_unit);
}
`;

/** Records an update of every member as `clock_after_update` of `shaders/member.wgsl` counts it. */
export function countUpdate(program: Recorder, { hyper, clock }: Members, sync: SyncUnit): void {
  const members = clock.shape[0]!;
  const kernel = program.gpu.kernel({
    file: { name: "count_update.wgsl", text },
    modules: [memberModule],
    entryPoint: "count_update",
    reads: 1,
    writes: 1,
  });
  program.dispatch(kernel, {
    reads: [hyper],
    writes: [clock],
    params: [members, syncUnits.indexOf(sync)],
    workgroups: [members],
  });
}
