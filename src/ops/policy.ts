/** Q values and the epsilon-greedy policy: the host side of `shaders/policy.wgsl`. @module */
import shader from "../../shaders/policy.wgsl" with { type: "text" };
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dispatchElementwise, layoutModule, memberModule, randomModule } from "./elementwise.ts";
import { choiceModules, type Head, legalRandom } from "./head.ts";
import type { Members } from "./member.ts";

const file = { name: "policy.wgsl", text: shader };
const modules = [memberModule, randomModule, layoutModule, legalRandom];

/** The outputs of a network for an observation of each environment, and what they mean. */
export interface PolicyArguments {
  /** Environments of each member. */
  readonly environments: number;
  /** What the outputs mean. */
  readonly head: Head;
  /** Number of actions. */
  readonly actions: number;
  /** Of the last layer: a matrix `[outputs, environments]` in both layouts. */
  readonly outputs: Tensor<"f32">;
}

/** How {@linkcode epsilonGreedy} chooses. */
export interface ChoiceArguments extends PolicyArguments {
  /** Legal actions as 0 or 1, `[P, environments, actions]`, padded; absent when all are legal. */
  readonly masks?: Tensor<"f32"> | undefined;
  /** Result: the chosen actions, `[P, environments]`. */
  readonly chosen: Tensor<"u32">;
  /** Whether epsilon is zero instead of the clock's. */
  readonly greedy: boolean;
}

/** Chooses an action for each environment: at random with probability epsilon, never so if `greedy`. */
export function epsilonGreedy(program: Recorder, members: Members, args: ChoiceArguments): void {
  const { environments, head, actions, outputs, masks, chosen, greedy } = args;
  const choice = choiceModules(head, { actions, masked: masks !== undefined });
  dispatchElementwise(program, {
    file,
    modules: [...modules, ...choice.modules],
    entryPoint: "epsilon_greedy",
    constants: choice.constants,
    overrides: choice.overrides,
    invocations: environments,
    members: members.shape[0]!,
  }, {
    tensors: { members, outputs, chosen, ...masks ? { masks } : {} },
    sizes: { environments, outputs: head.outputs(actions), greedy: Number(greedy) },
  });
}

/** Writes the Q values of every action: `values` `[P, environments, actions]`. */
export function actionValues(
  program: Recorder,
  { environments, head, actions, outputs, values }: PolicyArguments & { readonly values: Tensor<"f32"> },
): void {
  const choice = choiceModules(head, { actions, masked: false });
  dispatchElementwise(program, {
    file,
    modules: [...modules, ...choice.modules],
    entryPoint: "action_values",
    constants: choice.constants,
    overrides: choice.overrides,
    invocations: environments,
    members: values.shape[0]!,
  }, {
    tensors: { outputs, values },
    sizes: { environments, outputs: head.outputs(actions) },
  });
}

/** What {@linkcode bestValues} reads and writes. */
export interface BestArguments extends PolicyArguments {
  /** Legal actions as 0 or 1, `[P, environments, actions]`, padded; absent when all are legal. */
  readonly masks?: Tensor<"f32"> | undefined;
  /** Result, `[P, rows]`: entries `first` and on. */
  readonly best: Tensor<"f32">;
  /** Entry of the first environment. */
  readonly first: number;
}

/** Writes the values of the best legal actions. Members that rest keep theirs. */
export function bestValues(
  program: Recorder,
  members: Members,
  { environments, head, actions, outputs, masks, best, first }: BestArguments,
): void {
  const choice = choiceModules(head, { actions, masked: masks !== undefined });
  dispatchElementwise(program, {
    file,
    modules: [...modules, ...choice.modules],
    entryPoint: "best_values",
    constants: choice.constants,
    overrides: choice.overrides,
    invocations: environments,
    members: members.shape[0]!,
  }, {
    tensors: { members, outputs, best, ...masks ? { masks } : {} },
    sizes: { environments, outputs: head.outputs(actions), first, rows: best.shape[1]! },
  });
}
