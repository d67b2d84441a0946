// What a member's networks learn from and act on, of what its environments show: all of it as it is.

fn as_seen(member: u32, quad: u32, width: u32, shown: vec4f) -> vec4f {
  return shown;
}
