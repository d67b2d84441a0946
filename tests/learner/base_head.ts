/** A head as a user may bring one: one more output, which is added to the value of every action. @module */
import { type Head, type HeadKind, tdValue } from "../../src/learner/mod.ts";

const text = `
fn action_value(at: u32, action: u32) -> f32 {
  return f32(SCALE) * output_of(at, ACTIONS) + output_of(at, action);
}

fn output_gradient(at: u32, action: u32, o: u32, by_value: f32) -> f32 {
  if (o == ACTIONS) { return f32(SCALE) * by_value; }
  return select(0.0, by_value, o == action);
}
`;

/** The head, with the option `scale`, an integer and 1 by default. */
export const baseKind: HeadKind = {
  kind: "base",
  options: ["scale"],
  create({ scale = 1 }) {
    const head: Head = {
      file: { name: "base_head.wgsl", text },
      constants: { SCALE: scale as number },
      outputs: (actions) => actions + 1,
      loss: (program, members, args) => tdValue(program, members, { ...args, head }),
    };
    return head;
  },
};
