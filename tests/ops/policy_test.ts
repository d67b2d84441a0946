import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import type { Head } from "../../src/ops/head.ts";
import { createMatrix, packMatrix, padded } from "../../src/ops/layout.ts";
import { actionValues, bestValues, epsilonGreedy } from "../../src/ops/policy.ts";
import { valueHead } from "../../src/ops/td_value.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { assertChiSquare } from "./chi_square.ts";
import { chosen } from "./oracle_random.ts";
import { floats, hyperParameters, joined, membersOf, transposed, uniform } from "./random_values.ts";

/** A member's situation: Q values `[environments, actions]`, legal actions alike where masked. */
interface Situation {
  readonly seed: number;
  readonly steps: number;
  readonly exploration: number;
  readonly q: Float32Array;
  readonly masks?: Float32Array;
}

/** Outputs `[environments, width]` of each member on the device. */
function outputsOf(
  gpu: Gpu,
  members: readonly Float32Array[],
  { environments, width }: { environments: number; width: number },
): Tensor<"f32"> {
  const outputs = createMatrix(gpu, [members.length, width, environments], "outputs");
  outputs.write(
    joined(members.map((own) => packMatrix(transposed(own, environments, width), width, environments))),
  );
  return outputs;
}

/** The actions `[members][environments]` that the device chooses. */
async function choose(
  gpu: Gpu,
  members: readonly Situation[],
  { environments, actions, greedy = false }: { environments: number; actions: number; greedy?: boolean },
): Promise<Uint32Array[]> {
  const count = members.length;
  const outputs = outputsOf(gpu, members.map(({ q }) => q), { environments, width: actions });
  const result = new Tensor<"u32">(gpu, [count, environments], { dtype: "u32" });
  const masks = new Float32Array(count * environments * padded(actions));
  for (const [member, own] of members.entries()) {
    for (const [at, legal] of (own.masks ?? []).entries()) {
      masks[(member * environments + Math.floor(at / actions)) * padded(actions) + at % actions] = legal;
    }
  }
  const program = new Recorder(gpu);
  const population = members.map(({ seed, steps, exploration }) => ({
    hyper: hyperParameters({ seed }),
    clock: { steps, exploration },
  }));
  epsilonGreedy(program, membersOf(gpu, population), {
    environments,
    head: valueHead,
    actions,
    greedy,
    outputs,
    chosen: result,
    ...(members[0]!.masks ? { masks: floats(gpu, [count, environments, padded(actions)], masks) } : {}),
  });
  gpu.enqueue(program);
  const all = await result.read();
  program.dispose();
  return members.map((_, member) => all.slice(member * environments, (member + 1) * environments));
}

/** Q values of few distinct numbers, so that ties are common. */
function values(length: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => random.below(3) - 1);
}

/** Masks that allow at least one action of each row. */
function masksOf(environments: number, actions: number, random: Random): Float32Array {
  const masks = Float32Array.from({ length: environments * actions }, () => random.below(2));
  for (let i = 0; i < environments; i++) masks[i * actions + random.below(actions)] = 1;
  return masks;
}

for (const kernelProfile of profiles) {
  for (const masked of [false, true]) {
    const name = masked ? "among legal actions" : "among all actions";
    Deno.test(`epsilonGreedy() ${name} chooses what its twin chooses, groups of "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const random = new Random(1);
        for (const [environments, actions] of [[1, 1], [1, 2], [4, 4], [5, 3], [70, 6]] as const) {
          for (const count of [1, 3]) {
            const members = Array.from({ length: count }, (_, member): Situation => ({
              seed: random.word(),
              steps: random.below(100_000),
              exploration: [0.5, 0, 1][member]!,
              q: values(environments * actions, random),
              ...(masked ? { masks: masksOf(environments, actions, random) } : {}),
            }));
            for (const greedy of [false, true]) {
              const actual = await choose(gpu, members, { environments, actions, greedy });
              for (const [member, own] of members.entries()) {
                const expected = Array.from({ length: environments }, (_, environment) => {
                  const row = Array.from({ length: actions }, (_, a) => environment * actions + a);
                  const legal = row.filter((at) => own.masks === undefined || own.masks[at]).map((at) =>
                    at % actions
                  );
                  const epsilon = greedy ? 0 : own.exploration;
                  return chosen(row.map((at) => own.q[at]!), legal, { ...own, environment, epsilon });
                });
                const label =
                  `${environments} environments, ${actions} actions, member ${member} of ${count}`;
                assertEquals(actual[member], Uint32Array.from(expected), label);
              }
            }
          }
        }
      }, { kernelProfile }));
  }
}

for (const kernelProfile of profiles) {
  Deno.test(`actionValues() of the plain head are the outputs, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const random = new Random(3);
      for (const [environments, actions] of [[1, 1], [1, 2], [4, 4], [5, 3], [70, 6]] as const) {
        for (const count of [1, 3]) {
          const members = Array.from({ length: count }, () => uniform(environments * actions, random));
          const outputs = outputsOf(gpu, members, { environments, width: actions });
          const values = new Tensor<"f32">(gpu, [count, environments, actions]);
          const program = new Recorder(gpu);
          actionValues(program, { environments, head: valueHead, actions, outputs, values });
          gpu.enqueue(program);
          assertEquals(await values.read(), joined(members), `${[environments, actions, count]}`);
        }
      }
    }, { kernelProfile }));
}

/** A head whose values are those of the plain one times one more output. */
const scaledHead: Head = {
  file: {
    name: "scaled_head.wgsl",
    text: `fn action_value(at: u32, action: u32) -> f32 {
  return output_of(at, ACTIONS) * output_of(at, action);
}
`,
  },
  outputs: (actions) => actions + 1,
  loss: () => {},
};

Deno.test("actionValues() and epsilonGreedy() go by the values that the head makes of the outputs, of every member", () =>
  withGpu(async (gpu) => {
    const random = new Random(2);
    const [count, environments, actions] = [3, 9, 4];
    const own = Array.from({ length: count }, () => values(environments * (actions + 1), random));
    const rows = own.flatMap((outputs) =>
      Array.from({ length: environments }, (_, i) => [...outputs.subarray(5 * i, 5 * i + 5)])
    );
    const q = rows.map((row) => row.slice(0, actions).map((value) => row[actions]! * value + 0));
    const shared = {
      environments,
      head: scaledHead,
      actions,
      outputs: outputsOf(gpu, own, { environments, width: actions + 1 }),
    };
    const made = new Tensor<"f32">(gpu, [count, environments, actions]);
    const chosen = new Tensor<"u32">(gpu, [count, environments], { dtype: "u32" });
    const program = new Recorder(gpu);
    actionValues(program, { ...shared, values: made });
    epsilonGreedy(program, membersOf(gpu, own.map(() => ({}))), { ...shared, chosen, greedy: true });
    gpu.enqueue(program);
    assertEquals((await made.read()).map((value) => value + 0), Float32Array.from(q.flat()));
    assertEquals(await chosen.read(), Uint32Array.from(q, (row) => row.indexOf(Math.max(...row))));
  }));

Deno.test("epsilonGreedy() explores at the rate epsilon, evenly among the legal actions", () =>
  withGpu(async (gpu) => {
    const [environments, actions] = [20_000, 6];
    const legal = [1, 3, 4];
    const q = Float32Array.from(
      { length: environments * actions },
      (_, at) => [9, 1, 9, 5, 2, 9][at % actions]!,
    );
    const masks = q.map((_, at) => Number(legal.includes(at % actions)));
    const members = [0.05, 0.3, 1].map((exploration) => ({ seed: 8, steps: 17, exploration, q, masks }));
    const drawn = await choose(gpu, members, { environments, actions });
    for (const [member, { exploration }] of members.entries()) {
      const counts = Array.from(
        { length: actions },
        (_, a) => drawn[member]!.filter((action) => action === a).length,
      );
      const even = exploration / legal.length;
      const expected = counts.map((_, a) => a === 3 ? 1 - exploration + even : legal.includes(a) ? even : 0);
      assertChiSquare(counts, `epsilon ${exploration}`, expected);
    }
  }));

Deno.test("epsilonGreedy() flips a coin of its own for each environment and step", () =>
  withGpu(async (gpu) => {
    const [environments, exploration] = [20_000, 0.4];
    const q = Float32Array.from({ length: environments * 2 }, (_, at) => at % 2);
    const at = (steps: number) => ({ seed: 21, steps, exploration, q });
    const [now, next] = await choose(gpu, [at(500), at(501)], { environments, actions: 2 });
    const share = exploration / 2; // Half of the explorers choose the greedy action all the same.
    const joint = [(1 - share) ** 2, share * (1 - share), share * (1 - share), share ** 2];
    const explored = (actions: Uint32Array, i: number) => Number(actions[i] === 0);
    for (const [label, other] of [["neighbours", 1], ["environments apart", 64], ["steps", 0]] as const) {
      const counts = [0, 0, 0, 0];
      // Every other environment, or block of 64, so that no coin counts in two pairs.
      for (let i = 0; i + other < environments; i++) {
        if (other > 0 && Math.floor(i / other) % 2 === 1) continue;
        counts[2 * explored(now!, i) + explored(other > 0 ? now! : next!, i + other)]!++;
      }
      assertChiSquare(counts, label, joint);
    }
  }));

for (const kernelProfile of profiles) {
  Deno.test(`bestValues() are the largest of the legal actions, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      for (const [environments, actions] of [[1, 1], [5, 3], [67, 4]] as const) {
        for (const masked of [false, true]) {
          const random = new Random(environments);
          const q = [0, 1, 2].map(() => uniform(environments * actions, random));
          const masks = q.map(() => masksOf(environments, actions, random));
          const packed = new Float32Array(3 * environments * padded(actions));
          for (const [at, legal] of joined(masks).entries()) {
            packed[Math.floor(at / actions) * padded(actions) + at % actions] = legal;
          }
          const [first, rows] = [2, environments + 3];
          const best = floats(gpu, [3, rows], new Float32Array(3 * rows).fill(9));
          const program = new Recorder(gpu);
          bestValues(program, membersOf(gpu, [0, 1, 0].map((halted) => ({ clock: { halted } }))), {
            environments,
            head: valueHead,
            actions,
            outputs: outputsOf(gpu, q, { environments, width: actions }),
            masks: masked ? floats(gpu, [3, environments, padded(actions)], packed) : undefined,
            best,
            first,
          });
          gpu.enqueue(program);
          const wanted = new Float32Array(3 * rows).fill(9);
          for (const member of [0, 2]) {
            for (let i = 0; i < environments; i++) {
              const own = [...q[member]!.subarray(i * actions, (i + 1) * actions)];
              const legal = own.filter((_, a) => !masked || masks[member]![i * actions + a] === 1);
              wanted[member * rows + first + i] = Math.max(...legal);
            }
          }
          assertEquals(await best.read(), wanted, `${environments} of ${actions}, masked ${masked}`);
          program.dispose();
        }
      }
    }, { kernelProfile }));
}
