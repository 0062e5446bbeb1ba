/** Points of a workgroup, and of a tile of the all-pairs sum. */
export const WORKGROUP_SIZE = 64;

/**
 * The two sums of the layout's gradient (see reference.ts), one invocation a point: `attract` over the edges of P, and
 * `repel` over all pairs exactly, tile by tile through workgroup memory as in Nyland, Harris & Prins, "Fast N-body
 * simulation with CUDA" (2007). A record is (x, y, 1/(1−|u|²), ·); an edge's column is its record's byte offset, as the
 * WebAssembly kernels have it. Sums of a tile are added to those before it, which keeps float32's error small.
 */
export const FORCES_SHADER = /* wgsl */ `
struct Parameters { count: u32, normalizer: f32, curved: f32, unused: u32 }

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> records: array<vec4f>;
@group(0) @binding(2) var<storage, read> rowStarts: array<u32>;
@group(0) @binding(3) var<storage, read> columns: array<u32>;
@group(0) @binding(4) var<storage, read> similarities: array<f32>;
// A point's attraction and what it adds to the loss, then its repulsion and what it adds to Z: (x, y, sum, ·) each.
@group(0) @binding(5) var<storage, read_write> forces: array<vec4f>;

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
fn repel(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = id.x;
  let count = parameters.count;
  let own = records[min(i, count - 1)];
  var force = vec2f(0);
  var bend = 0.0;
  var weights = 0.0;
  for (var start = 0u; start < count; start += ${WORKGROUP_SIZE}u) {
    tile[lane] = records[min(start + lane, count - 1)];
    workgroupBarrier();
    var tileForce = vec2f(0);
    var tileBend = 0.0;
    var tileWeights = 0.0;
    let points = min(${WORKGROUP_SIZE}u, count - start);
    for (var n = 0u; n < points; n++) {
      if (start + n == i) { continue; }
      let other = tile[n];
      let gap = own.xy - other.xy;
      let delta = own.z * other.z * dot(gap, gap);
      let w = 1 / (1 + parameters.normalizer * delta);
      tileWeights += w;
      tileForce += w * w * other.z * gap;
      tileBend += w * w * delta;
    }
    force += tileForce;
    bend += tileBend;
    weights += tileWeights;
    workgroupBarrier();
  }
  if (i < count) { forces[count + i] = vec4f(force + parameters.curved * bend * own.xy, weights, 0); }
}
`;
