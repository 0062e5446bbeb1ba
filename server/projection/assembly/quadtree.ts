// A linear quadtree over the Morton order of the points. Nodes are in depth-first order; a node's link leads to the next
// one that is not below it, so that a walk needs no stack.
import {
  codes, histogram, moments, NODE, nodes, order, records, sortedInverse, sortedX, sortedY, spareCodes, spareOrder,
} from './arrays';
import { CURVED, NODE_COUNT, NORMALIZER, POINT_COUNT, THETA } from './control';

/** Pairs are cheaper than cells, and exact: fewer cells to open than with 8, for a tenth less time. */
const LEAF_POINTS: i32 = 24;
/** Bits of a coordinate in the Morton code; a cell of the last level is not divided, however many points it holds. */
const LEVELS: i32 = 16;

let nodeCount: i32 = 0;
let rootSide: f64 = 2;
let theta: f64 = 0.8;
/** k of the kernel: the walk compares with k·δ. */
let normalizer: f64 = 1;
/** 1/4 on the disk, where far cells subtend less than in the plane; 0 in the plane. */
let bending: f64 = 0.25;

@inline
function spreadBits(value: u32): u32 {
  value = (value | (value << 8)) & 0x00ff00ff;
  value = (value | (value << 4)) & 0x0f0f0f0f;
  value = (value | (value << 2)) & 0x33333333;
  return (value | (value << 1)) & 0x55555555;
}

@inline
function gridCoordinate(value: f32, extent: f64): u32 {
  return <u32>min(65535, max(0, (<f64>value + extent) * (32768.0 / extent)));
}

export function buildTree(): void {
  const pointCount = load<i32>(POINT_COUNT);
  const extent = load<i32>(CURVED) != 0 ? 1 : flatExtent(pointCount);
  for (let i = 0; i < pointCount; i++) {
    const record = records + (<usize>i << 4);
    const column = gridCoordinate(load<f32>(record), extent);
    const row = gridCoordinate(load<f32>(record, 4), extent);
    store<u32>(codes + (<usize>i << 2), spreadBits(column) | (spreadBits(row) << 1));
    store<u32>(order + (<usize>i << 2), i);
  }
  // From index order each time and stable: equal codes stay in index order, so the order is no state of its own.
  sortPass(pointCount, 0, 2048, codes, order, spareCodes, spareOrder);
  sortPass(pointCount, 11, 2048, spareCodes, spareOrder, codes, order);
  sortPass(pointCount, 22, 1024, codes, order, spareCodes, spareOrder);
  gatherSorted(pointCount);
  rootSide = 2 * extent;
  theta = load<f64>(THETA);
  normalizer = load<f64>(NORMALIZER);
  bending = load<i32>(CURVED) != 0 ? 0.25 : 0;
  nodeCount = 0;
  build(0, pointCount);
  store<i32>(NODE_COUNT, nodeCount);
}

/** Half the side of the square around a flat layout. */
function flatExtent(pointCount: i32): f64 {
  let largest: f32 = 0;
  for (let i = 0; i < pointCount; i++) {
    const record = records + (<usize>i << 4);
    largest = max(largest, max(abs(load<f32>(record)), abs(load<f32>(record, 4))));
  }
  return max(<f64>largest * 1.001, 1e-30);
}

function sortPass(
  pointCount: i32, shift: u32, buckets: u32, fromCodes: usize, fromOrder: usize, toCodes: usize, toOrder: usize,
): void {
  memory.fill(histogram, 0, <usize>buckets << 2);
  const mask = buckets - 1;
  for (let i = 0; i < pointCount; i++) {
    const bucket = histogram + (<usize>((load<u32>(fromCodes + (<usize>i << 2)) >> shift) & mask) << 2);
    store<u32>(bucket, load<u32>(bucket) + 1);
  }
  let sum: u32 = 0;
  for (let bucket: u32 = 0; bucket < buckets; bucket++) {
    const slot = histogram + (<usize>bucket << 2);
    const count = load<u32>(slot);
    store<u32>(slot, sum);
    sum += count;
  }
  for (let i = 0; i < pointCount; i++) {
    const code = load<u32>(fromCodes + (<usize>i << 2));
    const bucket = histogram + (<usize>((code >> shift) & mask) << 2);
    const slot = load<u32>(bucket);
    store<u32>(bucket, slot + 1);
    store<u32>(toCodes + (<usize>slot << 2), code);
    store<u32>(toOrder + (<usize>slot << 2), load<u32>(fromOrder + (<usize>i << 2)));
  }
}

/** After three passes the sorted codes and order are in the spare arrays. */
function gatherSorted(pointCount: i32): void {
  const padded = (pointCount + 3) & ~3;
  for (let slot = 0; slot < padded; slot++) {
    const offset = <usize>slot << 2;
    const record = records + (<usize>load<u32>(spareOrder + (<usize>min(slot, pointCount - 1) << 2)) << 4);
    store<f32>(sortedX + offset, load<f32>(record));
    store<f32>(sortedY + offset, load<f32>(record, 4));
    store<f32>(sortedInverse + offset, load<f32>(record, 8));
  }
}

/** Builds the node over the sorted points [low, high) and everything below it; gives its number. */
function build(low: i32, high: i32): i32 {
  const index = nodeCount++;
  const moment = moments + (<usize>index << 5);
  const differing = load<u32>(spareCodes + (<usize>low << 2)) ^ load<u32>(spareCodes + (<usize>(high - 1) << 2));
  // The smallest cell that holds all: levels where only one child would have points are skipped.
  const level = differing == 0 ? LEVELS : <i32>clz<u32>(differing) >> 1;
  const isLeaf = high - low <= LEAF_POINTS;
  if (isLeaf || level == LEVELS) sumPoints(low, high, moment);
  else divide(low, high, level, moment);
  const count = <f64>(high - low);
  const node = nodes + <usize>index * NODE;
  const meanInverse = load<f64>(moment) / count;
  store<f32>(node, <f32>load<f64>(moment, 8));
  store<f32>(node, <f32>load<f64>(moment, 16), 4);
  store<f32>(node, <f32>meanInverse, 8);
  store<f32>(node, <f32>(load<f64>(moment, 24) / count), 12);
  store<f32>(node, <f32>count, 16);
  const side = rootSide / <f64>(1 << level);
  const squaredSize = 4 * side * side * meanInverse * meanInverse;
  // A full cell of the last level cannot be opened: −1 makes the walk always accept it.
  const always = !isLeaf && level == LEVELS;
  store<f32>(node, always ? -1 : <f32>(normalizer * squaredSize), 20);
  store<f32>(node, <f32>(4 * theta * theta - (always ? 0 : bending * squaredSize)), 24);
  store<i32>(node, isLeaf ? ~low : nodeCount * <i32>NODE, 28);
  return index;
}

function divide(low: i32, high: i32, level: i32, moment: usize): void {
  const shift: u32 = 30 - (level << 1);
  let first = -1;
  let second = -1;
  let third = -1;
  let fourth = -1;
  let start = low;
  while (start < high) {
    const quadrant = load<u32>(spareCodes + (<usize>start << 2)) >> shift;
    const end = endOfQuadrant(start, high, quadrant, shift);
    const child = build(start, end);
    if (first < 0) first = child;
    else if (second < 0) second = child;
    else if (third < 0) third = child;
    else fourth = child;
    start = end;
  }
  store<f64>(moment, 0);
  store<f64>(moment, 0, 8);
  store<f64>(moment, 0, 16);
  store<f64>(moment, 0, 24);
  addMean(moment, first);
  addMean(moment, second);
  addMean(moment, third);
  addMean(moment, fourth);
  store<f64>(moment, load<f64>(moment, 8) / load<f64>(moment), 8);
  store<f64>(moment, load<f64>(moment, 16) / load<f64>(moment), 16);
  addSpread(moment, first);
  addSpread(moment, second);
  addSpread(moment, third);
  addSpread(moment, fourth);
}

function endOfQuadrant(start: i32, high: i32, quadrant: u32, shift: u32): i32 {
  let inside = start;
  let outside = high;
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    if (load<u32>(spareCodes + (<usize>middle << 2)) >> shift == quadrant) inside = middle;
    else outside = middle;
  }
  return outside;
}

function addMean(moment: usize, child: i32): void {
  if (child < 0) return;
  const other = moments + (<usize>child << 5);
  const mass = load<f64>(other);
  store<f64>(moment, load<f64>(moment) + mass);
  store<f64>(moment, load<f64>(moment, 8) + mass * load<f64>(other, 8), 8);
  store<f64>(moment, load<f64>(moment, 16) + mass * load<f64>(other, 16), 16);
}

/** Parallel axes (Steiner): no difference of large sums, so nothing cancels. */
function addSpread(moment: usize, child: i32): void {
  if (child < 0) return;
  const other = moments + (<usize>child << 5);
  const dx = load<f64>(other, 8) - load<f64>(moment, 8);
  const dy = load<f64>(other, 16) - load<f64>(moment, 16);
  store<f64>(moment, load<f64>(moment, 24) + load<f64>(other, 24) + load<f64>(other) * (dx * dx + dy * dy), 24);
}

function sumPoints(low: i32, high: i32, moment: usize): void {
  let mass: f64 = 0;
  let x: f64 = 0;
  let y: f64 = 0;
  for (let slot = low; slot < high; slot++) {
    const offset = <usize>slot << 2;
    const inverse = <f64>load<f32>(sortedInverse + offset);
    mass += inverse;
    x += inverse * <f64>load<f32>(sortedX + offset);
    y += inverse * <f64>load<f32>(sortedY + offset);
  }
  x /= mass;
  y /= mass;
  let spread: f64 = 0;
  for (let slot = low; slot < high; slot++) {
    const offset = <usize>slot << 2;
    const dx = <f64>load<f32>(sortedX + offset) - x;
    const dy = <f64>load<f32>(sortedY + offset) - y;
    spread += <f64>load<f32>(sortedInverse + offset) * (dx * dx + dy * dy);
  }
  store<f64>(moment, mass);
  store<f64>(moment, x, 8);
  store<f64>(moment, y, 16);
  store<f64>(moment, spread, 24);
}
