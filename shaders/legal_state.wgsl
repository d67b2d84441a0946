// Legal actions where an environment on the device tells them: those of the states that its kernels act in. They define
//
//   fn acting_state(i: u32) -> State      of environment i, whose actions are i ACTIONS and those behind it

const ALL_LEGAL = false;

fn is_legal(at: u32) -> bool {
  return env_legal(acting_state(at / ACTIONS), at % ACTIONS);
}
