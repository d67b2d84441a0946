/** Lambda returns of rollouts: the host side of `shaders/lambda_returns.wgsl`. @module */
import shader from "../../shaders/lambda_returns.wgsl" with { type: "text" };
import type { Dispatch, Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise, memberModule } from "./elementwise.ts";
import type { Members } from "./member.ts";
import type { Batch, Replay } from "./replay.ts";
import { seenModules, type SeenMoments, seenTensors } from "./seen.ts";

const file = { name: "lambda_returns.wgsl", text: shader };

/** A rollout and its returns. */
export interface RolloutArguments {
  /** The rollout: rings whose latest steps fill them, or all that there is. */
  readonly replay: Replay;
  /** Environments of each member, rows of a step; a divisor of the ring's capacity. */
  readonly environments: number;
  /** By row of `replay`, `[P, capacity]`. */
  readonly returns: Tensor<"f32">;
  /** What rewards are normalized by; they are as they are in `replay` without. */
  readonly moments?: SeenMoments | undefined;
}

/**
 * Lambda returns of every transition, in place of what `returns` holds before: the value of the best action in the next state
 * of each row. Where an environment's episode was truncated, and in its latest step, what follows is that value; where it
 * terminated, nothing. Members that rest keep what they have.
 */
export function lambdaReturns(
  program: Recorder,
  members: Members,
  { replay, environments, returns, moments }: RolloutArguments,
): void {
  dispatchRollout(program, "lambda_returns", {
    replay,
    moments,
    invocations: environments,
    tensors: { members, replay: replay.rows, returns },
    sizes: { environments },
  });
}

/** Makes returns the outcomes of a batch that has been drawn from the rollout: (action, return, 0, 1). */
export function lambdaOutcomes(
  program: Recorder,
  members: Members,
  { replay, returns, moments, batch: { size, indices, outcomes } }: Omit<RolloutArguments, "environments"> & {
    readonly batch: Pick<Batch, "size" | "indices" | "outcomes">;
  },
): void {
  dispatchRollout(program, "lambda_outcomes", {
    replay,
    moments,
    invocations: size,
    tensors: { members, replay: replay.rows, indices, learned: returns, outcomes },
    sizes: { rows: size },
  });
}

function dispatchRollout(
  program: Recorder,
  entryPoint: string,
  { replay: { rows, layout }, moments, invocations, tensors, sizes }:
    & Pick<RolloutArguments, "replay" | "moments">
    & { readonly invocations: number }
    & Pick<Dispatch, "tensors" | "sizes">,
): void {
  const [population, capacity, row] = rows.shape as [number, number, number];
  const seen = seenModules(moments);
  dispatchElementwise(program, {
    file,
    modules: [memberModule, ...seen.modules],
    entryPoint,
    overrides: seen.overrides,
    invocations,
    members: population,
  }, {
    tensors: { ...tensors, ...seenTensors(moments) },
    sizes: { ...sizes, capacity, row: row / 4, width: layout.next / 4 },
  });
}
