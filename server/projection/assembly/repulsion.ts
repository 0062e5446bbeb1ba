// Repulsion by Barnes–Hut: four points that follow each other in Morton order walk the tree together. For each point
// Σ_j w²·[(u_i−u_j)·ia_j + δ·u_i], and Σ_j w for the partition function Z (with the point itself, for which w = 1).
import { BLOCK, NODE, nodes, partialSum, repulsions, sortedInverse, sortedX, sortedY, spareOrder } from './arrays';
import { CURVED, NODE_COUNT, NORMALIZER, POINT_COUNT } from './control';

export function repelBlock(block: i32): void {
  const pointCount = load<i32>(POINT_COUNT);
  const last = min((block + 1) * BLOCK, pointCount);
  let partition: f64 = 0;
  for (let slot = block * BLOCK; slot < last; slot += 4) partition += repelPacket(slot, min(4, last - slot));
  store<f64>(partialSum(block, 1), partition);
}

/**
 * One walk. A cell with centre c, B = mean ia and V = mean |v−c|²·ia has the exact mean δ̄ = ia_i·(B·|u−c|² + V); the
 * second-order terms in the spread of δ inside the cell correct w and w²:
 * t = k·w·ia·V, q = k·w·ia·B·|u−c|². Long since it is the hot kernel: inlined, all in registers.
 */
function repelPacket(slot: i32, lanes: i32): f64 {
  const offset = (<usize>slot) << 2;
  const normalizer = <f32>load<f64>(NORMALIZER);
  const x = v128.load(sortedX + offset);
  const y = v128.load(sortedY + offset);
  // k·ia_i: every δ below is k·δ.
  const inverse = f32x4.mul(v128.load(sortedInverse + offset), f32x4.splat(normalizer));
  const one = f32x4.splat(1);
  const two = f32x4.splat(2);
  const six = f32x4.splat(6);
  let sumX = f32x4.splat(0);
  let sumY = f32x4.splat(0);
  let sumD = f32x4.splat(0);
  let sumW = f32x4.splat(0);
  let node = nodes;
  const end = nodes + <usize>load<i32>(NODE_COUNT) * NODE;
  while (node < end) {
    const dx = f32x4.sub(x, v128.load32_splat(node));
    const dy = f32x4.sub(y, v128.load32_splat(node, 4));
    const mean = v128.load32_splat(node, 8);
    const between = f32x4.mul(f32x4.mul(inverse, mean), f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)));
    const within = f32x4.mul(inverse, v128.load32_splat(node, 12));
    const delta = f32x4.add(between, within);
    const link = load<i32>(node, 28);
    if (i32x4.bitmask(f32x4.lt(v128.load32_splat(node, 20), f32x4.mul(delta, v128.load32_splat(node, 24)))) == 15) {
      const w = f32x4.div(one, f32x4.add(one, delta));
      const t = f32x4.mul(w, within);
      const tq = f32x4.mul(t, f32x4.mul(w, between));
      const nw = f32x4.mul(v128.load32_splat(node, 16), w);
      const tq2 = f32x4.mul(two, tq);
      const tq6 = f32x4.mul(six, tq);
      sumW = f32x4.add(sumW, f32x4.mul(nw, f32x4.add(one, tq2)));
      // 1 − 2t + 6tq
      const factor = f32x4.add(f32x4.sub(one, f32x4.add(t, t)), tq6);
      const force = f32x4.mul(f32x4.mul(f32x4.mul(nw, w), mean), factor);
      sumX = f32x4.add(sumX, f32x4.mul(force, dx));
      sumY = f32x4.add(sumY, f32x4.mul(force, dy));
      // k·w·[delta + between·t·(6kwδ − 4)] = 1 − w + tq·(2 − 6w), as kwδ = 1 − w
      const bend = f32x4.add(f32x4.sub(one, w), f32x4.sub(tq2, f32x4.mul(tq6, w)));
      sumD = f32x4.add(sumD, f32x4.mul(nw, bend));
      node = link < 0 ? node + NODE : nodes + <usize>link;
    } else if (link < 0) {
      const first = (<usize>~link) << 2;
      const stop = first + ((<usize>load<f32>(node, 16)) << 2);
      for (let other = first; other < stop; other += 4) {
        const ex = f32x4.sub(x, v128.load32_splat(sortedX + other));
        const ey = f32x4.sub(y, v128.load32_splat(sortedY + other));
        const ia = v128.load32_splat(sortedInverse + other);
        const exact = f32x4.mul(f32x4.mul(inverse, ia), f32x4.add(f32x4.mul(ex, ex), f32x4.mul(ey, ey)));
        const w = f32x4.div(one, f32x4.add(one, exact));
        const ww = f32x4.mul(w, w);
        const force = f32x4.mul(ww, ia);
        sumW = f32x4.add(sumW, w);
        sumX = f32x4.add(sumX, f32x4.mul(force, ex));
        sumY = f32x4.add(sumY, f32x4.mul(force, ey));
        sumD = f32x4.add(sumD, f32x4.sub(w, ww));
      }
      node += NODE;
    } else node += NODE;
  }
  const curved: f32 = load<i32>(CURVED) != 0 ? 1 / normalizer : 0;
  sumD = f32x4.mul(sumD, f32x4.splat(curved));
  const forceX = f32x4.add(sumX, f32x4.mul(sumD, x));
  const forceY = f32x4.add(sumY, f32x4.mul(sumD, y));
  let partition = <f64>f32x4.extract_lane(sumW, 0) - 1;
  storeForce(slot, f32x4.extract_lane(forceX, 0), f32x4.extract_lane(forceY, 0));
  if (lanes > 1) {
    partition += <f64>f32x4.extract_lane(sumW, 1) - 1;
    storeForce(slot + 1, f32x4.extract_lane(forceX, 1), f32x4.extract_lane(forceY, 1));
  }
  if (lanes > 2) {
    partition += <f64>f32x4.extract_lane(sumW, 2) - 1;
    storeForce(slot + 2, f32x4.extract_lane(forceX, 2), f32x4.extract_lane(forceY, 2));
  }
  if (lanes > 3) {
    partition += <f64>f32x4.extract_lane(sumW, 3) - 1;
    storeForce(slot + 3, f32x4.extract_lane(forceX, 3), f32x4.extract_lane(forceY, 3));
  }
  return partition;
}

function storeForce(slot: i32, x: f32, y: f32): void {
  const target = repulsions + ((<usize>load<u32>(spareOrder + ((<usize>slot) << 2))) << 4);
  store<f64>(target, <f64>x);
  store<f64>(target, <f64>y, 8);
}
