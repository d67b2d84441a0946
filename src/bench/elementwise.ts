/** The kernels of one invocation an element, on the tensors of a learner that has made an update. @module */
import type { Gpu } from "../gpu/device.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Learner } from "../learner/learner.ts";
import { padded } from "../ops/layout.ts";
import { plainHyperParameters } from "../ops/member.ts";
import { perceptron } from "../ops/model.ts";
import { createBlockTable, optimizerStep } from "../ops/optimizer.ts";
import { replaySample } from "../ops/replay.ts";
import { targetSync } from "../ops/target.ts";

/** How much there is to do. The defaults take about a hundred megabytes. */
export interface ElementwiseOptions {
  /** Members of the population, 16 by default. */
  readonly members?: number;
  /** Widths of the hidden layers, 256 and 256 by default. */
  readonly hidden?: readonly number[];
  /** Rows of a batch, 1,024 by default. */
  readonly batch?: number;
}

/** One dispatch, and the bytes that it has to read and write. */
export interface ElementwiseKernel {
  readonly name: string;
  readonly bytes: number;
  readonly program: Recorder;
}

/** Adam's step, a soft target synchronization and a gather from replay, ready to run. */
export function elementwise(
  gpu: Gpu,
  { members = 16, hidden = [256, 256], batch = 1024 }: ElementwiseOptions = {},
): { readonly learner: Learner; readonly kernels: readonly ElementwiseKernel[] } {
  const learner = createLearner(gpu, { members, hidden, batch });
  const { online, target, gradients, scale, optimizerState, replay } = learner;
  const { blocks, total } = online.layout;
  const floats = members * blocks.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  const record = (name: string, bytes: number, write: (program: Recorder) => void) => {
    const program = new Recorder(gpu);
    write(program);
    return { name, bytes, program };
  };
  const kernels = [
    // Reads gradient, parameter and two averages; writes both layouts of the parameter and the averages.
    record("optimizer step", 4 * 8 * floats, (program) =>
      optimizerStep(program, learner.members, {
        ...learner.options.optimizer,
        network: online.layout,
        blocks: createBlockTable(gpu, online.layout),
        gradient: gradients.parameters,
        scale,
        parameters: online.parameters,
        state: optimizerState,
      })),
    // Reads online and target network, writes the target network, in one layout.
    record(
      "target sync",
      4 * 3 * members * total,
      (program) =>
        targetSync(program, learner.members, { online: online.parameters, target: target.parameters }),
    ),
    // Reads a row; writes its index, the observation in both layouts and the next one in one, and the outcome.
    record(
      "replay gather",
      4 * members * batch * (1 + replay.layout.row + 3 * padded(replay.layout.width) + 4),
      (program) =>
        replaySample(program, learner.members, {
          replay,
          batch: learner.batch,
          sampling: "with-replacement",
          steps: 1,
          environments: learner.options.environments,
        }),
    ),
  ];
  return { learner, kernels };
}

/** A learner whose replay is full of small numbers; its clocks say that a target synchronization is due. */
function createLearner(
  gpu: Gpu,
  { members, hidden, batch }: Required<ElementwiseOptions>,
): Learner {
  const [capacity, stepped] = [8192, 512];
  const learner = new Learner(gpu, {
    members: Array.from(
      { length: members },
      (_, seed) => ({ ...plainHyperParameters, seed, capacity, tau: 0.5 }),
    ),
    model: perceptron([4, ...hidden, 2]),
    batch,
    capacity,
    sampling: "with-replacement",
    prioritized: false,
    steps: 1,
    loss: "huber",
    double: false,
    optimizer: { kind: "adam", amsgrad: false },
    clipNorm: false,
    target: "update",
    initialization: "pytorch",
    masked: false,
    environments: stepped,
  });
  const rows = learner.transitions;
  rows.write(
    Float32Array.from({ length: rows.size }, (_, i) => i % learner.replay.layout.row < 8 ? i % 7 / 7 : 0),
  );
  gpu.enqueue(learner.observe, capacity / stepped);
  gpu.enqueue(learner.update);
  return learner;
}
