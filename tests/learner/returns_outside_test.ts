import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import type { ReturnsOutside } from "../../src/core/events.ts";
import { Random } from "../../src/core/random.ts";
import { Recorder } from "../../src/gpu/recorder.ts";
import { Tensor } from "../../src/gpu/tensor.ts";
import { categoricalHead } from "../../src/ops/distributional.ts";
import { createMatrices, createMatrix, packMatrix } from "../../src/ops/layout.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { floats, hyperParameters, joined, membersOf, transposed, uniform } from "../ops/random_values.ts";

const [atoms, actions, ring] = [5, 2, 3];
const [vMin, vMax] = [-1, 2];
const head = categoricalHead({ atoms, vMin, vMax, dueling: false });

/** The mean over the atoms with these logits. */
function meanOf(logits: readonly number[]): number {
  const p = logits.map(Math.exp);
  const sum = p.reduce((all, one) => all + one, 0);
  return p.reduce((all, one, j) => all + one / sum * (vMin + j * (vMax - vMin) / (atoms - 1)), 0);
}

/** A batch: each row's logits for s', its return and its discount; some are on a bound. */
function rows(batch: number, random: Random) {
  return Array.from({ length: batch }, (_, i) => {
    const logits = Array.from({ length: actions }, () => [...uniform(atoms, random, [-3, 3])]);
    const [onBound, discount] = [i % 5 === 0, [0, 0.5, 1][random.below(3)]!];
    const reward = onBound ? [vMin, vMax][random.below(2)]! : uniform(1, random, [-2, 3])[0]!;
    const next = Math.max(...logits.map(meanOf));
    const outcome = [random.below(actions), reward, onBound ? 0 : discount, 1];
    return { logits, outcome, learned: reward + (onBound ? 0 : discount) * next };
  });
}

for (const kernelProfile of profiles) {
  Deno.test(`an update of a categorical head counts returns outside its bounds, and keeps the farthest, "${kernelProfile}"`, () =>
    withGpu(async (gpu) => {
      const random = new Random(8);
      for (const batch of [1, 7, 130]) {
        const members = [0, 1, 2].map(() => rows(batch, random));
        const outputs = createMatrices(gpu, [members.length, 2, actions * atoms, batch], "outputs");
        const matrix = (values: number[]) =>
          packMatrix(transposed(values, batch, actions * atoms), actions * atoms, batch);
        outputs.write(joined(members.flatMap((own) => {
          const next = matrix(own.flatMap(({ logits }) => logits.flat()));
          return [next, next];
        })));
        const outcomes = members.flatMap((own) => own.flatMap(({ outcome }) => outcome));
        const shared = membersOf(
          gpu,
          [0, 0, 1].map((halted) => ({ hyper: hyperParameters({}), clock: { halted } })),
        );
        const metrics = [4, 2].map((width) => new Tensor<"f32">(gpu, [members.length, ring, width]));
        const program = new Recorder(gpu);
        for (const kept of metrics) {
          head.loss(program, shared, {
            batch: {
              size: batch,
              outcomes: floats(gpu, [members.length, batch, 4], Float32Array.from(outcomes)),
              masks: floats(gpu, [1, 1, 4], new Float32Array(4)),
            },
            actions,
            masked: false,
            selects: 1,
            loss: "mse",
            outputs,
            td: new Tensor<"f32">(gpu, [members.length, 2, batch]),
            gradient: createMatrix(gpu, [members.length, actions * atoms, batch], "gradient"),
            metrics: kept,
          });
        }
        gpu.enqueue(program);
        const [wide, narrow] = await Promise.all(metrics.map((kept) => kept.read()));
        for (const [member, own] of members.entries()) {
          const [loss, q, count, farthest] = wide!.subarray(4 * (member * ring + 1));
          if (member === 2) {
            assertEquals([loss, q, count, farthest], [0, 0, 0, 0], "a member that rests");
            continue;
          }
          // The second of the two updates, which is the next row.
          assertEquals([loss, q], [...narrow!.subarray(2 * (member * ring + 2)).subarray(0, 2)]);
          const beyond = ({ learned }: { learned: number }) => Math.max(learned - vMax, vMin - learned);
          const outside = own.filter((row) => beyond(row) > 1e-4).sort((a, b) => beyond(b) - beyond(a));
          assert(
            own.every((row) => Math.abs(beyond(row)) > 1e-4 || row.outcome[2] === 0),
            "too near to tell",
          );
          assertEquals(count, outside.length, `batch ${batch}, member ${member}`);
          assertAlmostEquals(farthest!, outside[0]?.learned ?? 0, 1e-5);
        }
      }
    }, { kernelProfile }));
}

/** What a run tells of returns outside; its rewards are -1, -10 and 10. */
async function told(head: object, loop: "host" | "device") {
  const [lines, rows]: [string[], (number | undefined)[]] = [[], []];
  const outside: ReturnsOutside[] = [];
  const run = await createRun({
    loop,
    environment: { id: "Gridworld-v0" }, // The same on host and device, bit for bit.
    agent: { hidden: [8], head, exploration: 1, replay: { capacity: 500, batch: 16, warmup: 32 } },
    budget: { steps: 200 },
    evaluation: { every: 1000, episodes: 1 },
    log: { every: 50 },
  } as RunConfigInput, {
    print: (line) => void lines.push(line),
    callbacks: [{
      notify(event) {
        if (event.kind === "metrics" && "loss" in event.values) rows.push(event.values["returnsOutside"]);
        if (event.kind === "progress" && event.outside) outside.push(event.outside);
      },
    }],
  });
  await run.train();
  run.dispose();
  const all = (part: keyof ReturnsOutside) => outside.flatMap((chunk) => [...chunk[part]]);
  return { lines, rows, counts: all("counts"), farthest: all("farthest") };
}

Deno.test("a run with returns outside [vMin, vMax] warns once, and counts them alike however the work is cut", async () => {
  const narrow = { kind: "categorical", atoms: 11, vMin: -0.5, vMax: 0.5 };
  const [host, device] = [await told(narrow, "host"), await told(narrow, "device")];
  assertEquals(host, device);
  assert(device.counts.length > 150 && device.counts.every((count) => count > 0 && count <= 16));
  assert(device.rows.length >= 4 && device.rows.every((row) => row! > 1));
  const { farthest: [first] } = device;
  const [bound, wanted] = first! < 0 ? [-0.5, "smaller agent.head.vMin"] : [0.5, "larger agent.head.vMax"];
  assertEquals(device.lines, [
    `update 1 learns from a return of ${
      Number(first!.toPrecision(6))
    }, outside [agent.head.vMin, agent.head.vMax] = ` +
    `[-0.5, 0.5], as if it were ${bound}: wanted a ${wanted}. The metric returnsOutside counts such returns`,
  ]);
});

Deno.test("a run whose returns all lie within [vMin, vMax] counts none; a head without bounds has no such metric", async () => {
  const wide = await told({ kind: "categorical", atoms: 11, vMin: -100, vMax: 200 }, "device");
  assertEquals([wide.lines, new Set(wide.rows), new Set(wide.counts)], [[], new Set([0]), new Set([0])]);
  const value = await told({ kind: "value" }, "device");
  assertEquals([value.lines, new Set(value.rows), value.counts], [[], new Set([undefined]), []]);
});
