import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { Learner } from "../../src/learner/learner.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { perceptron } from "../../src/ops/model.ts";
import { clockFields, clockRange } from "../../src/ops/member.ts";
import { encodeMoments, momentsRange, momentsWords, unseenMoments } from "../../src/ops/moments.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { smallMember, smallOptions } from "../learner/small.ts";
import { roundingBound } from "./tolerance.ts";

const epsilon = 1e-3;
const normalization = { observations: { epsilon, clip: 10 }, rewards: { epsilon, clip: 10 } };
const members = [
  smallMember({ gamma: 0.75, capacity: 300 }),
  smallMember({ seed: 9, gamma: 0.5, capacity: 270 }),
];

function learnerOptions(changes: Partial<LearnerOptions>): LearnerOptions {
  return smallOptions({ members, model: perceptron([5, 4, 2]), capacity: 300, normalization, ...changes });
}

/** Mean and variance of numbers, and of the prior before them, by their definition. */
function momentsOf(numbers: readonly number[]): { mean: number; variance: number } {
  const prior = 1e-4;
  const count = prior + numbers.length;
  const mean = numbers.reduce((sum, number) => sum + number, 0) / count;
  const squares = numbers.reduce((sum, number) => sum + (number - mean) ** 2, prior * (1 + mean ** 2));
  return { mean, variance: squares / count };
}

/** Offset and size of each entry: small, far from 0, always the same, tiny, and large. */
const entries = [[0, 1], [1000, 1], [7, 0], [0, 1e-3], [-5e5, 100]] as const;

/** Rows of a step, and what the moments take of them. */
function stepOf(learner: Learner, random: Random) {
  const { options: { environments }, replay: { layout } } = learner;
  const rows = new Float32Array(environments * layout.row);
  for (let e = 0; e < environments; e++) {
    const drawn = entries.map(([offset, size]) => offset + size * random.uniform(-1, 1));
    rows.set(drawn, e * layout.row);
    rows.set(drawn.map((number) => 2 * number), e * layout.row + layout.next);
    const ends = [random.below(6), random.below(6)].map((drawn) => Number(drawn === 0));
    rows.set([0, random.uniform(-1, 5), ...ends], e * layout.row + layout.outcome);
  }
  return rows;
}

for (const kernelProfile of profiles) {
  Deno.test(`momentsObserve() keeps the moments of all that was acted on, and of running returns, groups of "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      for (const [environments, steps] of [[1, 40], [5, 30], [130, 4]] as const) {
        const learner = new Learner(gpu, learnerOptions({ environments }));
        const { replay: { layout }, transitions, observe, moments } = learner;
        const randoms = members.map(({ seed }) => new Random(seed));
        const seen = members.map(() => Array.from({ length: 6 }, (): number[] => []));
        const running = members.map(() => new Float64Array(environments));
        for (let step = 0; step < steps; step++) {
          for (const [member, { gamma }] of members.entries()) {
            const rows = stepOf(learner, randoms[member]!);
            transitions.write(rows, member * rows.length);
            for (let e = 0; e < environments; e++) {
              const row = rows.subarray(e * layout.row, (e + 1) * layout.row);
              for (let i = 0; i < 5; i++) seen[member]![i]!.push(row[i]!);
              const [, reward, terminated, truncated] = row.subarray(layout.outcome);
              running[member]![e] = gamma * running[member]![e]! + reward!;
              seen[member]![5]!.push(running[member]![e]!);
              if (terminated! + truncated! > 0) running[member]![e] = 0;
            }
          }
          gpu.enqueue(observe);
        }
        const words = await moments!.numbers.read();
        const floats = new Float32Array(words.buffer);
        for (const member of members.keys()) {
          for (const [i, numbers] of seen[member]!.entries()) {
            const label = `number ${i} of member ${member}, ${environments} environments`;
            const at = momentsRange(moments!, member).offset + [0, 1, 2, 3, 4, 8][i]! * momentsWords;
            const [, mean, meanRest, squares, squaresRest, scale] = floats.subarray(at);
            const wanted = momentsOf(numbers);
            assertEquals(words[at], numbers.length, label);
            // What is rounded: distances from the mean, which at first is 0, their sums and shares.
            const roundings = environments + 8;
            const spread = Math.sqrt(wanted.variance);
            const size = Math.abs(wanted.mean);
            const errors = [
              roundingBound(roundings, spread + 2 * size / steps),
              roundingBound(4 * roundings, wanted.variance + 2 * size * spread / steps + 1e-4 * size ** 2),
            ] as const;
            const off = mean! + meanRest! - wanted.mean;
            assert(Math.abs(off) <= errors[0], `mean of ${label} is off by ${off}, not ${errors[0]}`);
            const variance = (squares! + squaresRest!) / (numbers.length + 1e-4);
            const offBy = variance - wanted.variance;
            assert(Math.abs(offBy) <= errors[1], `variance of ${label} is off by ${offBy}, not ${errors[1]}`);
            const factor = scale! * Math.sqrt(variance + epsilon);
            assert(Math.abs(factor - 1) < roundingBound(25, 1), `scale of ${label} is ${factor} times that`);
          }
        }
        learner.dispose();
      }
    }, { kernelProfile }));
}

Deno.test("momentsObserve() goes on to see what changes after fifty million numbers", () =>
  withGpu(async (gpu) => {
    const [environments, steps, count] = [5, 100, 5e7];
    const learner = new Learner(gpu, learnerOptions({ members: [members[0]!], environments }));
    const { replay: { layout }, moments, transitions, observe } = learner;
    moments!.numbers.write(encodeMoments({ ...unseenMoments(epsilon), count, mean: 1, squares: count }));
    const rows = new Float32Array(environments * layout.row);
    for (let e = 0; e < environments; e++) rows[e * layout.row] = 2;
    transitions.write(rows);
    gpu.enqueue(observe, steps);
    const [, mean, meanRest, squares, squaresRest] = new Float32Array((await moments!.numbers.read()).buffer);
    const share = environments * steps / (count + environments * steps);
    const off = [mean! - 1 + meanRest! - share, squares! - count + squaresRest! - count * share];
    const errors = [roundingBound(40, share), roundingBound(40, count * share)];
    assert(off.every((one, i) => Math.abs(one) <= errors[i]!), `off by ${off}, not ${errors}`);
    learner.dispose();
  }));

Deno.test("momentsObserve() leaves a member that rests as it is, and cut episodes begin their running returns anew", () =>
  withGpu(async (gpu) => {
    const learner = new Learner(gpu, learnerOptions({ environments: 2 }));
    const { moments, transitions, observe, cut, replay: { layout } } = learner;
    const halted = clockRange(learner.members, 1).offset +
      clockFields.findIndex(([name]) => name === "halted");
    const rows = new Float32Array(transitions.size);
    for (let i = 0; i < 4; i++) rows[i * layout.row + layout.outcome + 1] = i + 1;
    transitions.write(rows);
    gpu.enqueue(observe, 2);
    const words = async () => [await moments!.numbers.read(), await moments!.running.read()] as const;
    const [before, returns] = await words();
    assertEquals(returns, Float32Array.of(1.75, 3.5, 4.5, 6));
    learner.members.write(Uint32Array.of(1), halted);
    gpu.enqueue(observe);
    const [after, later] = await words();
    assertEquals(after.slice(after.length / 2), before.slice(before.length / 2));
    assertEquals(later, Float32Array.of(2.3125, 4.625, 4.5, 6));
    assertEquals(after[0], before[0]! + 2);
    gpu.enqueue(cut);
    assertEquals((await words())[1], new Float32Array(4));
    learner.dispose();
  }));
