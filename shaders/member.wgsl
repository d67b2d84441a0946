// What each member of a population has for itself: its hyper-parameters, its clock, and how far it is to go.
// The host twin is src/ops/member.ts; a test compares the field lists.

// value(x) for kind 0: start                                        (constant)
//                   1: start + (end - start) min(x / span, 1)       (linear)
//                   2: end + (start - end) exp(-x / span)           (exponential)
//                   3: start exp(end min(x, span))                  (multiplicative; end is the factor's logarithm)
struct Schedule {
  kind: u32,
  unit: u32, // x counts 0: steps, 1: updates, 2: episodes
  start: f32,
  end: f32,
  span: f32,
}

struct Hyper {
  seed: u32,
  capacity: u32, // replay rows in use
  gamma: f32,
  tau: f32,
  sync_period: u32, // counts between target synchronizations
  sync_first: u32, // count of the first one, 1 to the period
  sync_unit: u32, // they count 0: steps, 1: updates, 2: episodes, 3: nothing
  huber_delta: f32,
  clip_value: f32,
  clip_norm: f32,
  beta1: f32, // Adam's decays
  beta2: f32,
  momentum: f32, // of SGD and RMSProp
  alpha: f32, // RMSProp's decay
  optimizer_epsilon: f32,
  weight_decay: f32,
  priority_alpha: f32, // of prioritized replay
  priority_epsilon: f32,
  lambda: f32, // of lambda returns
  learning_rate: Schedule,
  exploration: Schedule,
  priority_beta: Schedule,
}

struct Clock {
  steps: u32,
  updates: u32,
  episodes: u32,
  stored: u32, // transitions written to replay, which a restored agent starts without
  halted: u32, // 1 while the member rests: nothing of it that lasts may change
  sync: u32, // synchronizations of the target network that are due
  correction1: f32, // 1 - beta1^updates
  correction2: f32, // 1 - beta2^updates
  learning_rate: f32,
  exploration: f32, // epsilon of the next action
}

struct Member {
  hyper: Hyper,
  clock: Clock,
  goal: u32, // of device environments: the count of episodes at which it comes to rest
}

// The clock after a step of all environments, `steps` in number, which ended `episodes` episodes. However many periods of
// the target network end in it, the step makes one synchronization due, which adds to those of the steps before it until
// `sync` is set to 0.
fn clock_after_steps(before: Clock, hyper: Hyper, steps: u32, episodes: u32) -> Clock {
  var clock = before;
  clock.steps += steps;
  clock.stored += steps;
  clock.episodes += episodes;
  if (hyper.sync_unit == 0u) { clock.sync += passes_sync(hyper, before.steps, clock.steps); }
  if (hyper.sync_unit == 2u) { clock.sync += passes_sync(hyper, before.episodes, clock.episodes); }
  clock.learning_rate = schedule_value(hyper.learning_rate, clock);
  clock.exploration = schedule_value(hyper.exploration, clock);
  return clock;
}

// The clock after one more update. Its learning rate is the one that this update steps with: the schedule's value before.
fn clock_after_update(before: Clock, hyper: Hyper) -> Clock {
  var clock = before;
  clock.learning_rate = schedule_value(hyper.learning_rate, before);
  clock.updates += 1u;
  clock.correction1 = hyper.beta1 * before.correction1 + (1.0 - hyper.beta1); // 1 - beta^updates, without losing digits
  clock.correction2 = hyper.beta2 * before.correction2 + (1.0 - hyper.beta2);
  if (hyper.sync_unit == 1u) { clock.sync = passes_sync(hyper, before.updates, clock.updates); }
  clock.exploration = schedule_value(hyper.exploration, clock);
  return clock;
}

// 1 where a target synchronization falls due after the count `before` and up to `now`, else 0.
fn passes_sync(hyper: Hyper, before: u32, now: u32) -> u32 {
  return u32(syncs_until(hyper, now) > syncs_until(hyper, before));
}

// The first one, and those a multiple of the period later.
fn syncs_until(hyper: Hyper, count: u32) -> u32 {
  return select((count - hyper.sync_first) / hyper.sync_period + 1u, 0u, count < hyper.sync_first);
}

fn schedule_value(schedule: Schedule, clock: Clock) -> f32 {
  let counts = array(clock.steps, clock.updates, clock.episodes);
  let x = f32(counts[schedule.unit]);
  switch schedule.kind {
    case 1u: {
      return schedule.start + (schedule.end - schedule.start) * min(x / schedule.span, 1.0);
    }
    case 2u: {
      return schedule.end + (schedule.start - schedule.end) * exp(-x / schedule.span);
    }
    case 3u: {
      return schedule.start * exp(schedule.end * min(x, schedule.span));
    }
    default: {
      return schedule.start;
    }
  }
}
