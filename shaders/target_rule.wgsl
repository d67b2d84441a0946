// How a target network follows the online one, wherever it does: target <- (1 - tau) target + tau online; tau = 1 is a copy.

fn followed(before: vec4f, online: vec4f, tau: f32) -> vec4f {
  let mixed = (1.0 - tau) * before + tau * online;
  return select(mixed, online, tau == 1.0);
}
