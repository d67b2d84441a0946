/** Temporal-difference learning of one value an action: the host side of `shaders/td_value.wgsl`, and its heads. @module */
import duelingText from "../../shaders/head_dueling.wgsl" with { type: "text" };
import headText from "../../shaders/head_value.wgsl" with { type: "text" };
import errorText from "../../shaders/td_error.wgsl" with { type: "text" };
import returnText from "../../shaders/td_return.wgsl" with { type: "text" };
import munchausenText from "../../shaders/td_munchausen.wgsl" with { type: "text" };
import ruleText from "../../shaders/td_value.wgsl" with { type: "text" };
import type { ShaderFile } from "../gpu/kernel.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { dense } from "./dense.ts";
import { entries } from "./entries.ts";
import type { Head, LossArguments } from "./head.ts";
import type { Members } from "./member.ts";
import { learnRows, type RowRule } from "./td.ts";

const known: ShaderFile = { name: "td_return.wgsl", text: returnText };
const bootstrapped: ShaderFile = { name: "td_value.wgsl", text: ruleText };

/** The plain head: an output for each action, which is its value (Mnih et al., 2015). */
export const valueHead: Head = {
  file: { name: "head_value.wgsl", text: headText },
  outputs: (actions) => actions,
  loss(program, members, args) {
    tdValue(program, members, { ...args, head: valueHead });
  },
};

/**
 * The head of dueling networks (Wang et al., 2016): `Q(s, a) = V(s) + A(s, a) - mean A(s, .)`, each from a stream of its own. The
 * layer before it has two streams as well: see {@linkcode dense}.
 */
export const duelingHead: Head = {
  file: { name: "head_dueling.wgsl", text: duelingText },
  ...entries({ count: 1, dueling: true }),
  loss(program, members, args) {
    tdValue(program, members, { ...args, head: duelingHead });
  },
};

/** The plain or the dueling head with a noisy last layer: see `DenseOptions.sigma`. */
export function noisyValueHead(
  { dueling, sigma }: { readonly dueling: boolean; readonly sigma: number },
): Head {
  if (dueling) return { ...duelingHead, ...entries({ count: 1, dueling, sigma }) };
  return { ...valueHead, layer: (actions) => dense({ width: actions, relu: false, sigma }) };
}

/**
 * `y = R + discount Q'(s', a*)`, or R where no pass selects, TD errors, their weighted mean loss and its gradient by the outputs, for a `head` whose file
 * defines `action_value` and `output_gradient`; and counts one update.
 */
export function tdValue(
  program: Recorder,
  members: Members,
  { head, ...args }: LossArguments & { readonly head: Head },
): void {
  const { loss, munchausen, selects } = args;
  const error = { name: "td_error.wgsl", text: errorText };
  const overrides = { HUBER: Number(loss === "huber") };
  const rule: RowRule = munchausen
    ? {
      head,
      files: [error, { name: "td_munchausen.wgsl", text: munchausenText }],
      overrides: {
        ...overrides,
        ALPHA: munchausen.alpha,
        TEMPERATURE: munchausen.temperature,
        CLIP: munchausen.clip,
      },
    }
    : { head, files: [error, selects === 0 ? known : bootstrapped], overrides };
  learnRows(program, members, { ...args, rule });
}
