// The ReLU of a block of 4 x 4. max would turn a NaN into 0 and hide that training has diverged.
fn relu(block: mat4x4f) -> mat4x4f {
  let zero = vec4f();
  return mat4x4f(
    select(block[0], zero, block[0] <= zero),
    select(block[1], zero, block[1] <= zero),
    select(block[2], zero, block[2] <= zero),
    select(block[3], zero, block[3] <= zero),
  );
}
