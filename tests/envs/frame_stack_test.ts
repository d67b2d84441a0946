import { assertEquals } from "@std/assert";
import { binaryBox, box } from "../../src/core/spaces.ts";
import { FrameStackObservation } from "../../src/envs/frame_stack.ts";
import { MinAtar } from "../../src/envs/minatar/minatar.ts";
import { MountainCar } from "../../src/envs/mountain_car.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import { Counter, Pictures } from "./toys.ts";

Deno.test("FrameStackObservation stacks pictures along their channels, and others along a new axis", () => {
  const pictures = new FrameStackObservation(new Pictures(4, 5), { stackSize: 2 });
  assertEquals(pictures.observationSpace, box([6, 4, 5], 0, 1));
  const numbers = new FrameStackObservation(new Counter(3), { stackSize: 2 });
  assertEquals(numbers.observationSpace, box([2, 2], 0, [1, Infinity, 1, Infinity]));
  const zeros = new FrameStackObservation(new MountainCar(), { stackSize: 2, padding: "zero" });
  assertEquals(zeros.observationSpace, box([2, 2], [-1.2, -0.07, -1.2, -0.07], [0.6, 0.07, 0.6, 0.07]));
  const boards = new FrameStackObservation(new MinAtar("Breakout"), { stackSize: 2 });
  assertEquals(boards.observationSpace, binaryBox([8, 10, 10]));
});

Deno.test("FrameStackObservation makes room for zeros in the bounds of what it pads", () => {
  class High extends Counter {
    override readonly observationSpace = box([2], [1, -2], [3, -1]);
  }
  const { observationSpace } = new FrameStackObservation(new High(3), { stackSize: 2, padding: "zero" });
  assertEquals(observationSpace, box([2, 2], [0, -2, 1, -2], [3, 0, 3, -1]));
});

Deno.test("FrameStackObservation in a vector: last observations are whole, and the next episode sees none of them", () => {
  const vector = new VectorEnvironment(
    2,
    (i) => new FrameStackObservation(new Counter(2 + i), { stackSize: 3 }),
  );
  /** Steps that environment `index` shows. */
  const shown = (rows: Float32Array, index: number) => [1, 3, 5].map((at) => rows[6 * index + at]);
  const start = vector.reset(0).observations;
  assertEquals([shown(start, 0), shown(start, 1)], [[0, 0, 0], [0, 0, 0]]);
  const first = [start[0], start[6]];
  const wanted: [next: number[][], then: number[][]][] = [
    [[[0, 0, 1], [0, 0, 1]], [[0, 0, 1], [0, 0, 1]]],
    [[[0, 1, 2], [0, 1, 2]], [[0, 0, 0], [0, 1, 2]]],
    [[[0, 0, 1], [1, 2, 3]], [[0, 0, 1], [0, 0, 0]]],
  ];
  for (const [next, then] of wanted) {
    const step = vector.step(Uint32Array.of(0, 0));
    assertEquals([0, 1].map((i) => shown(step.nextObservations, i)), next);
    assertEquals([0, 1].map((i) => shown(step.observations, i)), then);
  }
  const { observations } = vector.step(Uint32Array.of(0, 0));
  assertEquals(new Set([0, 2, 4].map((at) => observations[at])).size, 1); // Of one episode.
  assertEquals([0, 6].every((at, i) => observations[at] !== first[i]), true);
});

Deno.test("FrameStackObservation gives arrays to keep, and sees a grid as at a start", () => {
  const env = new FrameStackObservation(new MountainCar(), { stackSize: 2, padding: "zero" });
  const { observation } = env.reset({ state: [-0.5, 0] });
  observation.fill(7);
  assertEquals(env.step(1).observation.subarray(0, 2), Float32Array.of(-0.5, 0));
  const seen = new MountainCar().stateGrid().observations[3]!;
  assertEquals(env.stateGrid!().observations[3], Float32Array.of(0, 0, ...seen));
});
