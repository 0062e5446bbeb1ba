// What one thread does between the phases while the others wait: sums in block order, the schedule and the scale.
import { BLOCK, histogram, partialSum, positions, records, statistics } from './arrays';
import {
  ADAPTIVE,
  CENTER_X,
  CENTER_Y,
  CENTERING,
  CURVED,
  EARLY_EXAGGERATION,
  ENTROPY_TERM,
  EXAGGERATED_ITERATIONS,
  EXAGGERATION,
  FIXED_EXAGGERATION,
  ITERATION,
  ITERATIONS,
  LATE_EXAGGERATION,
  LOSS,
  MEASURING,
  NORMALIZER,
  PARTITION,
  POINT_COUNT,
  RADIAL_FACTOR,
  SCALE,
  SMALLEST_SCALE,
  STEPS_DONE,
  TARGET_RADIUS,
  WANTED_SCALE,
} from './control';
import { writeRecord } from './update';

const CENTERING_INTERVAL: i32 = 10;
/** Iterations from one measurement of the loss to the next: its logarithms would double the attraction's time. */
const LOSS_INTERVAL: i32 = 5;
/** The share before which the scale only grows: the layout itself is still growing. */
const GROWING_SHARE: f64 = 0.4;
/** Share of the error that one change takes away, and the most that log s changes at once. */
const ADAPTING_RATE: f64 = 0.5;
const LARGEST_GROWTH: f64 = 0.3;
const LARGEST_DECLINE: f64 = 0.1;
/** The most that log s changes at once on the way to a scale that somebody asked for. */
const LARGEST_STEERING: f64 = 0.25;
const LARGEST_SCALE: f64 = 1000;
/** Buckets of 1/(1−|u|²) ≥ 1: seven bits of mantissa for each of its 17 possible octaves. */
const BUCKETS: u32 = 17 * 128;

export function blockCount(): i32 {
  return (load<i32>(POINT_COUNT) + BLOCK - 1) / BLOCK;
}

function total(index: i32): f64 {
  const blocks = blockCount();
  let sum: f64 = 0;
  for (let block = 0; block < blocks; block++) sum += load<f64>(partialSum(block, index));
  return sum;
}

export function setScale(scale: f64): void {
  store<f64>(SCALE, scale);
  store<f64>(NORMALIZER, 4 * scale * scale);
}

/** Before the first iteration of a call: everything that follows from positions, scale and iteration. */
export function refresh(): void {
  const curved = load<i32>(CURVED) != 0;
  const pointCount = load<i32>(POINT_COUNT);
  setScale(load<f64>(SCALE));
  for (let i = 0; i < pointCount; i++) {
    const x = load<f64>(positions + ((<usize>i) << 4));
    const y = load<f64>(positions + ((<usize>i) << 4), 8);
    writeRecord(i, x, y, curved);
  }
  setExaggeration();
  setMeasuring();
}

function setMeasuring(): void {
  const iteration = load<i32>(ITERATION);
  const due = iteration % LOSS_INTERVAL == 0 || iteration == load<i32>(ITERATIONS) - 1;
  // NaN was never measured: the state was saved before states held the loss.
  store<i32>(MEASURING, due || isNaN(load<f64>(LOSS)) ? 1 : 0);
}

function setExaggeration(): void {
  const fixed = load<f64>(FIXED_EXAGGERATION);
  const early = load<i32>(ITERATION) < load<i32>(EXAGGERATED_ITERATIONS);
  store<f64>(EXAGGERATION, fixed > 0 ? fixed : load<f64>(early ? EARLY_EXAGGERATION : LATE_EXAGGERATION));
}

export function sumPartition(): void {
  // Far apart, every w may vanish in float32; the smallest positive number keeps the quotient finite.
  store<f64>(PARTITION, max(total(1), 1e-30));
}

export function finishIteration(): void {
  const pointCount = load<i32>(POINT_COUNT);
  const target = statistics + ((<usize>load<i32>(STEPS_DONE)) << 5);
  if (load<i32>(MEASURING) != 0) store<f64>(LOSS, load<f64>(ENTROPY_TERM) + total(0) + Math.log(load<f64>(PARTITION)));
  store<f64>(target, load<f64>(LOSS));
  store<f64>(target, Math.sqrt(total(2) / <f64>pointCount), 8);
  store<f64>(target, load<f64>(SCALE), 16);
  store<f64>(target, load<f64>(EXAGGERATION), 24);
  const iteration = load<i32>(ITERATION) + 1;
  store<i32>(ITERATION, iteration);
  store<i32>(STEPS_DONE, load<i32>(STEPS_DONE) + 1);
  setExaggeration();
  setMeasuring();
  const centering = iteration % CENTERING_INTERVAL == 0;
  store<i32>(CENTERING, centering ? 1 : 0);
  if (!centering) return;
  findCenter(<f64>pointCount);
  store<f64>(RADIAL_FACTOR, 1);
  const share = <f64>iteration / <f64>load<i32>(ITERATIONS);
  // To the very end: changes are small by then, and a layout that unfolds late must not run into the rim.
  const adapting = iteration >= load<i32>(EXAGGERATED_ITERATIONS);
  if (load<f64>(WANTED_SCALE) > 0) approachScale();
  else if (load<i32>(ADAPTIVE) != 0 && adapting) adaptScale(share < GROWING_SHARE ? 0 : -LARGEST_DECLINE);
}

/** The Lorentz centroid: the mean on the hyperboloid, scaled back onto it (Law et al. 2019); the mean when flat. */
function findCenter(pointCount: f64): void {
  let x = total(3) / pointCount;
  let y = total(4) / pointCount;
  if (load<i32>(CURVED) != 0) {
    // Means of 2u/(1−|u|²) and (1+|u|²)/(1−|u|²) = 2/(1−|u|²) − 1.
    const spaceX = 2 * x;
    const spaceY = 2 * y;
    const time = (2 * total(5)) / pointCount - 1;
    const norm = Math.sqrt(max(1, time * time - spaceX * spaceX - spaceY * spaceY));
    x = spaceX / (norm + time);
    y = spaceY / (norm + time);
  }
  store<f64>(CENTER_X, x);
  store<f64>(CENTER_Y, y);
}

/**
 * Moves log s toward where the 99th percentile of the hyperbolic radius meets its target. Radii change with 1/s, so that
 * the layout keeps its size in units of the kernel's width and only its curvature changes.
 */
function adaptScale(lowest: f64): void {
  const scale = load<f64>(SCALE);
  const error = Math.log(max(farRadius(), 1e-6) / load<f64>(TARGET_RADIUS));
  const change = max(lowest, min(LARGEST_GROWTH, ADAPTING_RATE * error));
  setScale(max(load<f64>(SMALLEST_SCALE), min(LARGEST_SCALE, scale * Math.exp(change))));
  store<f64>(RADIAL_FACTOR, scale / load<f64>(SCALE));
}

/** Moves s to what was asked for, over some tens of iterations when that is far: the layout keeps its shape meanwhile. */
function approachScale(): void {
  const scale = load<f64>(SCALE);
  const wanted = load<f64>(WANTED_SCALE);
  const change = Math.log(wanted / scale);
  const arrives = Math.abs(change) <= LARGEST_STEERING;
  setScale(arrives ? wanted : scale * Math.exp(change > 0 ? LARGEST_STEERING : -LARGEST_STEERING));
  if (arrives) store<f64>(WANTED_SCALE, 0);
  store<f64>(RADIAL_FACTOR, scale / load<f64>(SCALE));
}

/** The radius within which 99 % of the points lie, from a histogram over the leading bits of 1/(1−|u|²). */
function farRadius(): f64 {
  const pointCount = load<i32>(POINT_COUNT);
  memory.fill(histogram, 0, BUCKETS << 2);
  for (let i = 0; i < pointCount; i++) {
    const bits = load<u32>(records + ((<usize>i) << 4), 8);
    const bucket = min(BUCKETS - 1, (max(bits, 0x3f800000) - 0x3f800000) >> 16);
    const slot = histogram + ((<usize>bucket) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
  const wanted = <i32>Math.ceil(0.99 * <f64>pointCount);
  let seen = 0;
  let bucket: u32 = 0;
  while (seen < wanted) {
    seen += load<i32>(histogram + ((<usize>bucket) << 2));
    bucket += 1;
  }
  const inverse = <f64>reinterpret<f32>(0x3f800000 + (bucket << 16));
  // cosh²(r/2) = 1/(1−|u|²)
  return 2 * Math.log(Math.sqrt(inverse) + Math.sqrt(inverse - 1));
}
