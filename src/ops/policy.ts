/** The epsilon-greedy policy: the host side of `shaders/policy.wgsl`. @module */
import shader from "../../shaders/policy.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Members } from "./member.ts";
import { dispatchElementwise, layoutModule, memberModule, randomModule } from "./elementwise.ts";

/** What the policy chooses from. */
export interface PolicyArguments {
  /** Environments of each member. */
  readonly environments: number;
  /** Number of actions. */
  readonly actions: number;
  /** Q values as a matrix `[actions, environments]` in both layouts. */
  readonly q: Tensor<"f32">;
  /** Legal actions as 0 or 1, `[P, environments, actions]`, padded; absent when all are legal. */
  readonly masks?: Tensor<"f32">;
  /** The chosen actions: `[P, environments]`. */
  readonly chosen: Tensor<"u32">;
}

/** Chooses an action for each environment: at random with probability epsilon, never so if `greedy`. */
export function epsilonGreedy(
  program: Recorder,
  { hyper, clock }: Members,
  args: PolicyArguments & { readonly greedy: boolean },
): void {
  dispatchElementwise(program, {
    file: { name: "policy.wgsl", text: shader },
    modules: [memberModule, randomModule, layoutModule],
    entryPoint: "epsilon_greedy",
    overrides: { MASKED: Number(args.masks !== undefined) },
    invocations: args.environments,
    members: clock.shape[0]!,
  }, {
    reads: [hyper, clock, args.q, args.masks ?? args.q],
    writes: [args.chosen],
    params: [args.environments, args.actions, Number(args.greedy)],
  });
}
