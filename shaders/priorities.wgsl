// Prioritized replay (Schaul et al., "Prioritized Experience Replay", 2016): a tree of sums per member, by which the
// rows of replay are drawn as often as their priority p says.
//
// priorities_draw:   rows stored since the last draw get the largest priority so far; then place i of the batch takes the
//                    row under u_i of the sum of all priorities, u_i uniform in [i / B, (i + 1) / B). Its weight is
//                    (N p / sum)^-beta over the largest of the batch, in which N and the sum cancel: (least p / p)^beta
// priorities_update: of each drawn row p = (|e| + epsilon)^alpha, where e is its TD error
//
// Node 1 of a tree is the root, nodes 2n and 2n + 1 are below node n, and row i is node L + i, 0 where no transition is.
// Node 0 holds the largest priority so far. A sum is made anew from the two below it, never corrected, so that rounding does
// not add up. As u_i rises with i, so do the rows of a batch: equal ones are neighbours, and the last of them tells.
// u_i has the 24 bits of a float32: of a million rows alike, one is drawn up to 6% more often than another.
//
// members [P], priorities [P, 2 L], assigned [P], indices [P, B], outcomes [P, B, 4] (of which the weight is written), td
// [P, 2, B]. One workgroup a member.

struct Params {
  rows: u32, // B
}

@group(0) @binding(0) var<storage, read> members: array<Member>;
@group(0) @binding(1) var<storage, read_write> priorities: array<f32>;
@group(0) @binding(2) var<storage, read_write> assigned: array<u32>; // transitions that have got a priority so far
@group(0) @binding(3) var<storage, read_write> indices: array<u32>;
@group(0) @binding(4) var<storage, read_write> outcomes: array<vec4f>;
@group(0) @binding(5) var<storage, read> td: array<f32>;
@group(0) @binding(8) var<uniform> params: Params;

override GROUP: u32 = 64;
// log2(L), at least 1. llvmpipe would compile the kernels anew where a uniform bounds their loops.
override LEVELS: u32 = 1;

// Whatever an error is, NaN too, the sum of a tree and the ratio of two priorities are numbers above zero.
const LEAST = 0x1p-40;
const MOST = 0x1p40;

var<workgroup> extremes: array<f32, GROUP>;

@compute @workgroup_size(GROUP)
fn priorities_draw(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let member = group.z;
  let hyper = members[member].hyper;
  let clock = members[member].clock;
  let tree = member * 2u * leaves();
  let rests = clock.halted == 1u;

  let count = select(min(clock.stored - assigned[member], hyper.capacity), 0u, rests);
  let start = (clock.stored - count) % hyper.capacity;
  let largest = max(1.0, priorities[tree]);
  for (var i = lane; i < count; i += GROUP) {
    priorities[tree + leaves() + (start + i) % hyper.capacity] = largest;
  }
  let end = min(start + count, hyper.capacity); // The ring's seam may lie between: then rows from 0 to `turned` are new, too.
  let turned = start + count - end;
  for (var level = 1u; level <= LEVELS; level++) {
    storageBarrier();
    let first = (leaves() + start) >> level;
    if (count > 0u) { add_up(tree, vec2u(first, ((leaves() + end - 1u) >> level) + 1u), lane); }
    if (turned > 0u) {
      let until = ((leaves() + turned - 1u) >> level) + 1u;
      add_up(tree, vec2u(leaves() >> level, min(until, first)), lane);
    }
  }
  storageBarrier();

  let batch = member * params.rows;
  let rows = select(params.rows, 0u, rests); // It keeps the batch of its latest update, whole.
  var least = MOST;
  for (var i = lane; i < rows; i += GROUP) {
    let word = pcg4d(vec4u(hyper.seed, STREAM_REPLAY, clock.updates + 1u, i)).x;
    let drawn = find(tree, (f32(i) + unit_interval(word)) / f32(params.rows) * priorities[tree + 1u]);
    indices[batch + i] = drawn - leaves();
    least = min(least, priorities[tree + drawn]);
  }
  extremes[lane] = least;
  workgroupBarrier();
  for (var j = 0u; j < GROUP; j++) { least = min(least, extremes[j]); }
  let beta = schedule_value(hyper.priority_beta, clock);
  for (var i = lane; i < rows; i += GROUP) {
    outcomes[batch + i].w = pow(least / priorities[tree + leaves() + indices[batch + i]], beta);
  }
  if (lane == 0u && !rests) { assigned[member] = clock.stored; }
}

@compute @workgroup_size(GROUP)
fn priorities_update(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let member = group.z;
  let hyper = members[member].hyper;
  let tree = member * 2u * leaves();
  let rows = select(params.rows, 0u, members[member].clock.halted == 1u);
  var largest = max(1.0, priorities[tree]);
  for (var i = lane; i < rows; i += GROUP) {
    let error = td[(member * 2u + 1u) * params.rows + i];
    let power = pow(abs(error) + hyper.priority_epsilon, hyper.priority_alpha);
    let priority = select(LEAST, min(power, MOST), power > LEAST);
    if (is_last(member, i, 0u)) { priorities[tree + node_above(member, i, 0u)] = priority; }
    largest = max(largest, priority);
  }
  extremes[lane] = largest;
  for (var level = 1u; level <= LEVELS; level++) {
    storageBarrier();
    for (var i = lane; i < rows; i += GROUP) {
      let node = node_above(member, i, level);
      if (is_last(member, i, level)) { add_up(tree, vec2u(node, node + 1u), 0u); }
    }
  }
  workgroupBarrier();
  if (lane > 0u || rows == 0u) { return; }
  for (var j = 0u; j < GROUP; j++) { largest = max(largest, extremes[j]); }
  priorities[tree] = largest;
}

fn leaves() -> u32 {
  return 1u << LEVELS;
}

// Makes the sums of the nodes from `range.x` to `range.y` - 1, from those below them; a workgroup shares them.
fn add_up(tree: u32, range: vec2u, lane: u32) {
  for (var node = range.x + lane; node < range.y; node += GROUP) {
    priorities[tree + node] = priorities[tree + 2u * node] + priorities[tree + 2u * node + 1u];
  }
}

// The leaf under `at` of the tree's sum. Wherever rounding puts `at`, beyond the end too, this has a priority.
fn find(tree: u32, at: f32) -> u32 {
  var node = 1u;
  var rest = at;
  for (var level = 0u; level < LEVELS; level++) {
    node *= 2u;
    let left = priorities[tree + node];
    if (rest >= left && priorities[tree + node + 1u] > 0.0) {
      rest -= left;
      node += 1u;
    }
  }
  return node;
}

// The node above the row at place i of the batch; at level 0 its own.
fn node_above(member: u32, i: u32, level: u32) -> u32 {
  return (leaves() + indices[member * params.rows + i]) >> level;
}

// Whether no later place of the batch is below the same node.
fn is_last(member: u32, i: u32, level: u32) -> bool {
  return i + 1u == params.rows || node_above(member, i + 1u, level) != node_above(member, i, level);
}
