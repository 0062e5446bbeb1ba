// Addresses of the arrays, read from the control block once per instance (every thread has its own globals).
import { arrayAddress } from './control';

/** Points a block: the unit of work and of the sums that are added in block order, so it decides the rounding. */
export const BLOCK: i32 = 64;
/** Bytes of a quadtree node: cx, cy, B, V, n, size², limit (f32) and link (i32). */
export const NODE: usize = 32;

/** f64 pairs. */
export let positions: usize = 0;
/** f64 pairs, in the orthonormal frame at the point. */
export let velocities: usize = 0;
/** f64 pairs. */
export let gains: usize = 0;
/** f32 × 4 a point: x, y, 1/(1−|u|²), unused; one aligned load for the attraction's gathers. */
export let records: usize = 0;
/** u32: first edge of each row, N + 1, in multiples of four edges. */
export let rowStarts: usize = 0;
/** u32 an edge: byte offset of the neighbor's record. */
export let columns: usize = 0;
/** f32 an edge: p_ij, 0 for the padding. */
export let similarities: usize = 0;
/** f64 pairs: Σ p·w·[…]. */
export let attractions: usize = 0;
/** f64 pairs: Σ w²·[…]. */
export let repulsions: usize = 0;
export let codes: usize = 0;
export let order: usize = 0;
export let spareCodes: usize = 0;
export let spareOrder: usize = 0;
/** u32: buckets of the radix sort and of the percentile. */
export let histogram: usize = 0;
/** f32, in Morton order, padded to whole packets. */
export let sortedX: usize = 0;
export let sortedY: usize = 0;
export let sortedInverse: usize = 0;
export let nodes: usize = 0;
/** f64 × 4 a node: Σ ia, cx, cy, Σ|v−c|²·ia. */
export let moments: usize = 0;
/** f64 × 8 a block: partial sums. */
export let partials: usize = 0;
/** f64 × 4 an iteration of the present call: loss, gradient norm, scale, exaggeration. */
export let statistics: usize = 0;
/** f64 a point: the hyperbolic radius that it is pulled to. */
export let hierarchyRadii: usize = 0;

export function readAddresses(): void {
  positions = arrayAddress(0);
  velocities = arrayAddress(1);
  gains = arrayAddress(2);
  records = arrayAddress(3);
  rowStarts = arrayAddress(4);
  columns = arrayAddress(5);
  similarities = arrayAddress(6);
  attractions = arrayAddress(7);
  repulsions = arrayAddress(8);
  codes = arrayAddress(9);
  order = arrayAddress(10);
  spareCodes = arrayAddress(11);
  spareOrder = arrayAddress(12);
  histogram = arrayAddress(13);
  sortedX = arrayAddress(14);
  sortedY = arrayAddress(15);
  sortedInverse = arrayAddress(16);
  nodes = arrayAddress(17);
  moments = arrayAddress(18);
  partials = arrayAddress(19);
  statistics = arrayAddress(20);
  hierarchyRadii = arrayAddress(21);
}

@inline
export function partialSum(block: i32, index: i32): usize {
  return partials + (<usize>block << 6) + (<usize>index << 3);
}
