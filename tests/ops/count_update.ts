/** A kernel that counts updates and does nothing else. @module */
import type { Recorder } from "../../src/gpu/recorder.ts";
import { memberModule } from "../../src/ops/elementwise.ts";
import type { Members } from "../../src/ops/member.ts";

const text = `
@group(0) @binding(0) var<storage, read_write> members: array<Member>;

@compute @workgroup_size(1)
fn count_update(@builtin(global_invocation_id) id: vec3u) {
  members[id.x].clock = clock_after_update(members[id.x].clock, members[id.x].hyper);
}
`;

/** Records an update of every member as `clock_after_update` of `shaders/member.wgsl` counts it. */
export function countUpdate(program: Recorder, members: Members): void {
  const kernel = program.gpu.kernel({
    file: { name: "count_update.wgsl", text },
    modules: [memberModule],
    entryPoint: "count_update",
  });
  program.dispatch(kernel, { tensors: { members }, workgroups: [members.shape[0]!] });
}
