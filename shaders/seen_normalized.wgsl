// What a member's networks learn from and act on, of what its environments show: numbers normalized by their running moments
// (see moments.wgsl).
//
// observation <- clip((observation - mean) / sqrt(variance + epsilon))
// reward      <- clip(reward / sqrt(variance of running returns + epsilon))
//
// moments [P, W + 1], those of each entry of an observation, then those of the running returns.

// Of so many numbers: their mean and the sum of their squared distances from it, each in two floats (see sum.wgsl).
struct Moments {
  count: u32,
  mean: f32,
  mean_rest: f32,
  squares: f32,
  squares_rest: f32,
  scale: f32, // 1 / sqrt(variance + epsilon)
}

@group(0) @binding(7) var<storage, read> moments: array<Moments>;

override OBSERVATION_CLIP: f32 = 0.0; // 0: observations as they are
override REWARD_CLIP: f32 = 0.0; // 0: rewards as they are

// Part `quad` of a transition, which has `width` vec4s of observation (see replay.wgsl).
fn as_seen(member: u32, quad: u32, width: u32, shown: vec4f) -> vec4f {
  let first = member * (4u * width + 1u);
  var result = shown;
  if (OBSERVATION_CLIP > 0.0 && quad < 2u * width) {
    for (var j = 0u; j < 4u; j++) { result[j] = seen_entry(first + 4u * (quad % width) + j, shown[j]); }
  }
  if (REWARD_CLIP > 0.0 && quad == 2u * width) {
    result.y = clamp(shown.y * moments[first + 4u * width].scale, -REWARD_CLIP, REWARD_CLIP);
  }
  return result;
}

// A number of an observation, whose moments are at `at`.
fn seen_entry(at: u32, shown: f32) -> f32 {
  return clamp((shown - moments[at].mean) * moments[at].scale, -OBSERVATION_CLIP, OBSERVATION_CLIP);
}
