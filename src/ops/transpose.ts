/** Second layouts of matrices: the host side of `shaders/transpose.wgsl`. @module */
import shader from "../../shaders/transpose.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise } from "./elementwise.ts";
import { padded } from "./layout.ts";

/** Blocks of an invocation of the shader. */
const blocks = 16;

/** Writes the second layout of a matrix of every member from its first one. */
export function transposeMatrices(
  program: Recorder,
  matrices: Tensor<"f32">,
  { matrix, rows, columns }: { readonly matrix: number; readonly rows: number; readonly columns: number },
): void {
  const [members, , half] = matrices.shape as [number, number, number];
  const fours = { rows: padded(rows) / 4, columns: padded(columns) / 4 };
  dispatchElementwise(program, {
    file: { name: "transpose.wgsl", text: shader },
    entryPoint: "transpose_matrices",
    invocations: Math.ceil(fours.rows / blocks) * fours.columns,
    constants: { BLOCKS: blocks },
    members,
  }, {
    tensors: { matrices },
    sizes: { ...fours, first: [2 * matrix * half / 4, matrices.size / members / 4], second: half / 4 },
  });
}
