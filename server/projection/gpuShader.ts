/** Threads of a workgroup, and points of a tile of the all-pairs sum. */
export const WORKGROUP_SIZE = 64;
/** Points whose push one thread sums: what it reads of another point serves them all. */
export const POINTS_PER_THREAD = 4;

/**
 * The two sums of the layout's gradient (see reference.ts): `attract` over the edges of P, one thread a point, and `repel`
 * over all pairs exactly, tile by tile through workgroup memory as in Nyland, Harris & Prins, "Fast N-body simulation with
 * CUDA" (2007). The other points are shared out to several slices, so that few points fill a GPU too; `gather` adds the
 * slices up. A record is (x, y, 1/(1−|u|²), ·); an edge's column is its record's byte offset, as the WebAssembly kernels
 * have it. Sums of a tile are added to those before it, which keeps float32's error small.
 */
export const FORCES_SHADER = /* wgsl */ `
struct Parameters { count: u32, normalizer: f32, curved: f32, slices: u32 }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
@group(0) @binding(2) var<storage, read> rowStarts: array<u32>;
@group(0) @binding(3) var<storage, read> columns: array<u32>;
@group(0) @binding(4) var<storage, read> similarities: array<f32>;
// A point's attraction and what it adds to the loss, then its repulsion and what it adds to Z: (x, y, sum, ·) each.
@group(0) @binding(5) var<storage, read_write> forces: array<vec4f>;
// Of each slice, for each point: the push in the plane, its part along the point, and what it adds to Z.
@group(0) @binding(6) var<storage, read_write> pushes: array<vec4f>;

var<workgroup> tile: array<vec4f, ${WORKGROUP_SIZE}>;

@compute @workgroup_size(${WORKGROUP_SIZE})
fn attract(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= parameters.count) { return; }
  let own = records[i];
  var force = vec2f(0);
  var bend = 0.0;
  var loss = 0.0;
  for (var edge = rowStarts[i]; edge < rowStarts[i + 1]; edge++) {
    let other = records[columns[edge] >> 4];
    let p = similarities[edge];
    let gap = own.xy - other.xy;
    let delta = own.z * other.z * dot(gap, gap);
    let reciprocal = 1 + parameters.normalizer * delta;
    let pw = p / reciprocal;
    force += pw * other.z * gap;
    bend += pw * delta;
    loss += p * log(reciprocal);
  }
  forces[i] = vec4f(force + parameters.curved * bend * own.xy, loss, 0);
}

@compute @workgroup_size(${WORKGROUP_SIZE})
fn repel(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let count = parameters.count;
  let first = group.x * ${WORKGROUP_SIZE * POINTS_PER_THREAD}u + lane;
  let tiles = (count + ${WORKGROUP_SIZE - 1}u) / ${WORKGROUP_SIZE}u;
  let share = (tiles + parameters.slices - 1) / parameters.slices;
  let begin = group.y * share * ${WORKGROUP_SIZE}u;
  let end = min(count, begin + share * ${WORKGROUP_SIZE}u);
  var own: array<vec4f, ${POINTS_PER_THREAD}>;
  var sums: array<vec4f, ${POINTS_PER_THREAD}>;
  for (var p = 0u; p < ${POINTS_PER_THREAD}u; p++) {
    own[p] = records[min(first + p * ${WORKGROUP_SIZE}u, count - 1)];
    sums[p] = vec4f(0);
  }
  for (var start = begin; start < end; start += ${WORKGROUP_SIZE}u) {
    tile[lane] = records[min(start + lane, count - 1)];
    workgroupBarrier();
    var part: array<vec4f, ${POINTS_PER_THREAD}>;
    for (var p = 0u; p < ${POINTS_PER_THREAD}u; p++) { part[p] = vec4f(0); }
    let points = min(${WORKGROUP_SIZE}u, end - start);
    for (var n = 0u; n < points; n++) {
      let other = tile[n];
      for (var p = 0u; p < ${POINTS_PER_THREAD}u; p++) {
        let gap = own[p].xy - other.xy;
        let delta = own[p].z * other.z * dot(gap, gap);
        let w = 1 / (1 + parameters.normalizer * delta);
        part[p] += vec4f(w * w * other.z * gap, w * w * delta, w);
      }
    }
    for (var p = 0u; p < ${POINTS_PER_THREAD}u; p++) { sums[p] += part[p]; }
    workgroupBarrier();
  }
  for (var p = 0u; p < ${POINTS_PER_THREAD}u; p++) {
    let i = first + p * ${WORKGROUP_SIZE}u;
    if (i < count) { pushes[group.y * count + i] = sums[p]; }
  }
}

@compute @workgroup_size(${WORKGROUP_SIZE})
fn gather(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let count = parameters.count;
  if (i >= count) { return; }
  var sum = vec4f(0);
  for (var slice = 0u; slice < parameters.slices; slice++) { sum += pushes[slice * count + i]; }
  // A point is at no distance from itself: of its own it has added 1 to Z, and nothing else.
  forces[count + i] = vec4f(sum.xy + parameters.curved * sum.z * records[i].xy, sum.w - 1, 0);
}
`;
