// Kernels that look for rows by their cosine with one vector. The host lays out the memory:
//
//   query     int16, 2·stride bytes, zero-padded
//   high      int8, row-major, `stride` bytes a row (a multiple of 16, zero-padded): the upper bytes of 16-bit components
//   low       int8, likewise: the lower bytes; a component is 256·high + low
//   scales    float32 a row: what a component counts, times 256
//   errors    float32 a row: how far the row's direction is from what its upper bytes say
//   cosines   float32 a row
//
// Bounds of row ranges are multiples of four. Classes are intervals of cosines, CLASSES_PER_UNIT to 1.

import { laneSums } from './lanes';

const CLASSES: i32 = 4096;
const CLASSES_PER_UNIT: f32 = 2000;

/** Cosines by the upper bytes alone of the rows start … end. @param factor of the query */
export function coarseCosines(
  query: usize,
  high: usize,
  stride: i32,
  scales: usize,
  factor: f32,
  start: i32,
  end: i32,
  cosines: usize,
): void {
  const step = <usize>stride;
  const factors = f32x4.splat(factor);
  for (let r = start; r < end; r += 4) {
    let at = high + <usize>r * step;
    const last = at + step;
    let x = query;
    let s0 = i32x4.splat(0);
    let s1 = i32x4.splat(0);
    let s2 = i32x4.splat(0);
    let s3 = i32x4.splat(0);
    while (at < last) {
      const x0 = v128.load(x);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x0, v128.load8x8_s(at)));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x0, v128.load8x8_s(at + step)));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x0, v128.load8x8_s(at + 2 * step)));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x0, v128.load8x8_s(at + 3 * step)));
      const x1 = v128.load(x, 16);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x1, v128.load8x8_s(at, 8)));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x1, v128.load8x8_s(at + step, 8)));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x1, v128.load8x8_s(at + 2 * step, 8)));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x1, v128.load8x8_s(at + 3 * step, 8)));
      x += 32;
      at += 16;
    }
    const dots = f32x4.convert_i32x4_s(laneSums(s0, s1, s2, s3));
    const scale = f32x4.mul(v128.load(scales + (<usize>r << 2)), factors);
    v128.store(cosines + (<usize>r << 2), f32x4.mul(dots, scale));
  }
}

/**
 * Cosines by all 16 bits of the listed rows, ascending: values[i] is that of rows[i]. Four at a time, since rows that lie
 * apart are waited for; the list must have room for whole groups of four. `values` may be `cosines`, since no row comes
 * before its place in the list.
 */
export function fineCosines(
  query: usize,
  low: usize,
  stride: i32,
  scales: usize,
  factor: f32,
  cosines: usize,
  rows: usize,
  count: i32,
  values: usize,
): void {
  const factors = f32x4.splat(factor * (1.0 / 256));
  for (let i = count; (i & 3) != 0; i++) store<i32>(rows + (<usize>i << 2), load<i32>(rows + (<usize>(count - 1) << 2)));
  for (let i = 0; i < count; i += 4) {
    const list = v128.load(rows + (<usize>i << 2));
    const r0 = <usize>i32x4.extract_lane(list, 0);
    const r1 = <usize>i32x4.extract_lane(list, 1);
    const r2 = <usize>i32x4.extract_lane(list, 2);
    const r3 = <usize>i32x4.extract_lane(list, 3);
    const y0 = low + r0 * <usize>stride;
    const y1 = low + r1 * <usize>stride;
    const y2 = low + r2 * <usize>stride;
    const y3 = low + r3 * <usize>stride;
    let s0 = i32x4.splat(0);
    let s1 = i32x4.splat(0);
    let s2 = i32x4.splat(0);
    let s3 = i32x4.splat(0);
    for (let at: usize = 0; at < <usize>stride; at += 8) {
      const x = v128.load(query + 2 * at);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, v128.load8x8_s(y0 + at)));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, v128.load8x8_s(y1 + at)));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, v128.load8x8_s(y2 + at)));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, v128.load8x8_s(y3 + at)));
    }
    const dots = f32x4.convert_i32x4_s(laneSums(s0, s1, s2, s3));
    const scale = f32x4.mul(gather(scales, r0, r1, r2, r3), factors);
    const coarse = gather(cosines, r0, r1, r2, r3);
    v128.store(values + (<usize>i << 2), f32x4.add(coarse, f32x4.mul(dots, scale)));
  }
}

/** The float32 numbers of four rows. */
@inline
function gather(numbers: usize, r0: usize, r1: usize, r2: usize, r3: usize): v128 {
  const first = v128.load32_zero(numbers + (r0 << 2));
  const two = v128.load32_lane(numbers + (r1 << 2), first, 1);
  const three = v128.load32_lane(numbers + (r2 << 2), two, 2);
  return v128.load32_lane(numbers + (r3 << 2), three, 3);
}

/** The classes of four cosines; the first and the last are all beyond. */
@inline
function classesOf(cosines: v128): v128 {
  const places = f32x4.mul(f32x4.add(cosines, f32x4.splat(1)), f32x4.splat(CLASSES_PER_UNIT));
  return i32x4.min_s(i32x4.max_s(i32x4.trunc_sat_f32x4_s(places), i32x4.splat(0)), i32x4.splat(CLASSES - 1));
}

/** Adds one to the class of each row's least possible cosine. */
export function countLeast(
  cosines: usize,
  errors: usize,
  margin: f32,
  start: i32,
  end: i32,
  counts: usize,
): void {
  const margins = f32x4.splat(margin);
  for (let r = start; r < end; r += 4) {
    const at = <usize>r << 2;
    const error = f32x4.add(v128.load(errors + at), margins);
    const classes = classesOf(f32x4.sub(v128.load(cosines + at), error));
    addOne(counts + (<usize>i32x4.extract_lane(classes, 0) << 2));
    addOne(counts + (<usize>i32x4.extract_lane(classes, 1) << 2));
    addOne(counts + (<usize>i32x4.extract_lane(classes, 2) << 2));
    addOne(counts + (<usize>i32x4.extract_lane(classes, 3) << 2));
  }
}

@inline
function addOne(at: usize): void {
  store<i32>(at, load<i32>(at) + 1);
}

/** Lists the rows whose cosine may be `least` or more. @returns how many */
export function listFrom(
  cosines: usize,
  errors: usize,
  margin: f32,
  start: i32,
  end: i32,
  least: f32,
  rows: usize,
): i32 {
  const limit = f32x4.splat(least - margin);
  let found = 0;
  for (let r = start; r < end; r += 4) {
    const at = <usize>r << 2;
    const most = f32x4.add(v128.load(cosines + at), v128.load(errors + at));
    let mask = i32x4.bitmask(f32x4.ge(most, limit));
    for (; mask != 0; mask &= mask - 1) {
      store<i32>(rows + (<usize>found << 2), r + ctz(mask));
      found++;
    }
  }
  return found;
}

/**
 * Counts rows by what `regions` (int16 a class) says of the classes that their cosines may be in, and lists those that are
 * not sure: where a class says −1, or two say different things. counts[0] is for them, counts[1 + region] for the others.
 * @returns how many were listed
 */
export function countRegions(
  cosines: usize,
  errors: usize,
  margin: f32,
  start: i32,
  end: i32,
  regions: usize,
  counts: usize,
  rows: usize,
): i32 {
  const margins = f32x4.splat(margin);
  let found = 0;
  for (let r = start; r < end; r += 4) {
    const at = <usize>r << 2;
    const cosine = v128.load(cosines + at);
    const error = f32x4.add(v128.load(errors + at), margins);
    const least = classesOf(f32x4.sub(cosine, error));
    const most = classesOf(f32x4.add(cosine, error));
    for (let lane = 0; lane < 4; lane++) {
      const from = laneOf(least, lane);
      const to = laneOf(most, lane);
      const region = <i32>load<i16>(regions + (<usize>from << 1));
      const sure = region == <i32>load<i16>(regions + (<usize>to << 1)) ? region : -1;
      addOne(counts + (<usize>(sure + 1) << 2));
      // Written always, kept where it is counted: a branch that is taken at random costs more.
      store<i32>(rows + (<usize>found << 2), r + lane);
      found += i32(sure < 0);
    }
  }
  return found;
}

@inline
function laneOf(lanes: v128, lane: i32): i32 {
  return lane == 0
    ? i32x4.extract_lane(lanes, 0)
    : lane == 1
      ? i32x4.extract_lane(lanes, 1)
      : lane == 2
        ? i32x4.extract_lane(lanes, 2)
        : i32x4.extract_lane(lanes, 3);
}

/**
 * The same for the listed rows, whose cosines are `values` up to `error`: by classes, and where they do not tell by the
 * limits themselves (float64, descending), of which n lie above region n. Rows that are still not sure stay in the list.
 * @returns how many
 */
export function countListed(
  values: usize,
  count: i32,
  error: f32,
  regions: usize,
  limits: usize,
  limitCount: i32,
  counts: usize,
  rows: usize,
): i32 {
  let found = 0;
  for (let i = 0; i < count; i++) {
    const value = load<f32>(values + (<usize>i << 2));
    let region = <i32>load<i16>(regions + (<usize>classOf(value - error) << 1));
    if (region < 0 || region != <i32>load<i16>(regions + (<usize>classOf(value + error) << 1))) {
      region = regionOf(<f64>value + <f64>error, limits, limitCount);
      if (region != regionOf(<f64>value - <f64>error, limits, limitCount)) region = -1;
    }
    addOne(counts + (<usize>(region + 1) << 2));
    store<i32>(rows + (<usize>found << 2), load<i32>(rows + (<usize>i << 2)));
    found += i32(region < 0);
  }
  return found;
}

/** The class of one cosine. */
@inline
function classOf(cosine: f32): i32 {
  return i32x4.extract_lane(classesOf(f32x4.splat(cosine)), 0);
}

/** How many limits, descending, are at least a value. */
@inline
function regionOf(value: f64, limits: usize, limitCount: i32): i32 {
  let low = 0;
  let high = limitCount;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f64>(limits + (<usize>middle << 3)) >= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
