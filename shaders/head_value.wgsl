// The head of plain Q-learning: the last layer has an output for each action, which is its value.
//
// A head says what the outputs of the last layer mean. Kernels that append it define
//
//   fn output_of(at: u32, o: u32) -> f32      output o of the row whose first output is at `at`
//   const ACTIONS: u32                        the number of actions
//
// and a head's file defines
//
//   fn action_value(at: u32, action: u32) -> f32
//       Q of an action, by which actions are chosen everywhere: see greedy.wgsl
//   fn output_gradient(at: u32, action: u32, o: u32, by_value: f32) -> f32
//       the derivative of the loss by output o, from that by the value of the action taken; td_value.wgsl alone calls it
//
// Host side: src/ops/head.ts.

fn action_value(at: u32, action: u32) -> f32 {
  return output_of(at, action);
}

fn output_gradient(at: u32, action: u32, o: u32, by_value: f32) -> f32 {
  return select(0.0, by_value, o == action);
}
