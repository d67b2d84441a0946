import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { targetSync } from "../../src/ops/target.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import * as oracle from "./oracle_optimizer.ts";
import { floats, hyperParameters, joined, membersOf, uniform } from "./random_values.ts";
import { assertWithin, exact } from "./tolerance.ts";

for (const kernelProfile of profiles) {
  Deno.test(`targetSync() mixes by each member's tau as often as it is due, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const random = new Random(2);
      const taus = [1, 0.005, 0.3, 0.7];
      const due = [1, 1, 2, 0];
      for (const total of [16, 272, 1024]) {
        for (const count of [1, 4]) {
          const members = taus.slice(0, count).map(() => ({
            online: uniform(2 * total, random),
            target: uniform(2 * total, random),
          }));
          members[0]!.target.set([Infinity, NaN]); // A copy (tau 1) is one of whatever stood there.
          const online = floats(gpu, [count, 2, total], joined(members.map((own) => own.online)));
          const target = floats(gpu, [count, 2, total], joined(members.map((own) => own.target)));
          const values = members.map((_, i) => ({
            hyper: hyperParameters({ tau: taus[i]! }),
            clock: { sync: due[i]! },
          }));
          const program = new Recorder(gpu);
          targetSync(program, membersOf(gpu, values), { online, target });
          gpu.enqueue(program);
          const actual = await target.read();
          for (const [member, own] of members.entries()) {
            const after = actual.subarray(2 * member * total, (2 * member + 1) * total);
            const before = own.target.subarray(0, total);
            const label = `${total} numbers, member ${member} of ${count}`;
            if (due[member] === 0) assertEquals(after, before, label);
            else if (taus[member] === 1) assertEquals(after, own.online.subarray(0, total), label);
            else {
              const towards = exact(own.online.subarray(0, total));
              const once = oracle.targetSync(exact(before), towards, taus[member]!);
              const mixed = due[member] === 2 ? oracle.targetSync(once, towards, taus[member]!) : once;
              assertWithin(after, mixed, label);
            }
          }
        }
      }
    }, { kernelProfile }));
}
