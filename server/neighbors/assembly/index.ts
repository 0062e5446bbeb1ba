// Kernels of the exact nearest-neighbor search over int16 vectors, 128-bit SIMD. The host lays out the memory:
//
//   rows        int16, row-major, `stride` bytes a row (a multiple of 16, zero-padded), 16-byte aligned
//   halfNorms   float32 a row: subtracted from every score of the row (0 for cosine, |x|²/2 for Euclidean distance)
//   scores      float32, `capacity` a row: a binary min-heap of the best scores so far, −∞ where empty
//   candidates  int32, `capacity` a row: the rows that these scores belong to
//   heads       int16, `headStride` bytes a row (a multiple of 16): a part of the row from which its products are bounded
//   rests       float32 a row: the length of what is not in its head
//
// score(i, j) = x_i·x_j − halfNorm_i − halfNorm_j is largest for the nearest pair. Rows are padded to a multiple of four;
// a padding row has halfNorm +∞, hence the score −∞, and is never a candidate.

import { laneSums } from './lanes';

export * from './scan';

/** Whether (score a, index a) is worse than (score b, index b); equal scores go to the lower index. */
@inline
function isWorse(scoreA: f32, indexA: i32, scoreB: f32, indexB: i32): bool {
  return scoreA < scoreB || (scoreA == scoreB && indexA > indexB);
}

/** Replaces the worst candidate of a row when the new one is better. */
function offer(scores: usize, candidates: usize, capacity: i32, score: f32, index: i32): void {
  if (!isWorse(load<f32>(scores), load<i32>(candidates), score, index)) return;
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= capacity) break;
    let childScore = load<f32>(scores + (<usize>child << 2));
    let childIndex = load<i32>(candidates + (<usize>child << 2));
    if (child + 1 < capacity) {
      const otherScore = load<f32>(scores + (<usize>child << 2), 4);
      const otherIndex = load<i32>(candidates + (<usize>child << 2), 4);
      if (isWorse(otherScore, otherIndex, childScore, childIndex)) {
        child++;
        childScore = otherScore;
        childIndex = otherIndex;
      }
    }
    if (!isWorse(childScore, childIndex, score, index)) break;
    store<f32>(scores + (<usize>hole << 2), childScore);
    store<i32>(candidates + (<usize>hole << 2), childIndex);
    hole = child;
  }
  store<f32>(scores + (<usize>hole << 2), score);
  store<i32>(candidates + (<usize>hole << 2), index);
}

/**
 * Offers the scores of rows i … i+3 against row j, where they beat the worst candidate kept: to both sides, or to the
 * rows i … i+3 alone.
 */
@inline
function offerFour(
  dots: v128,
  i: i32,
  j: i32,
  halfNorms: usize,
  rowThresholds: v128,
  scores: usize,
  candidates: usize,
  capacity: i32,
  diagonal: bool,
  bothSides: bool,
): bool {
  const bytes = <usize>capacity << 2;
  const norms = f32x4.add(v128.load(halfNorms + (<usize>i << 2)), v128.load32_splat(halfNorms + (<usize>j << 2)));
  const score = f32x4.sub(f32x4.convert_i32x4_s(dots), norms);
  const columnScores = scores + <usize>j * bytes;
  const columnThreshold = bothSides ? v128.load32_splat(columnScores) : f32x4.splat(Infinity);
  const wanted = v128.or(f32x4.ge(score, rowThresholds), f32x4.ge(score, columnThreshold));
  if (!v128.any_true(wanted)) return false;
  const columnCandidates = candidates + <usize>j * bytes;
  for (let lane = 0; lane < 4; lane++) {
    const row = i + lane;
    // Within a diagonal block each pair is met once, with the row below the column.
    if (diagonal && row >= j) break;
    const value =
      lane == 0
        ? f32x4.extract_lane(score, 0)
        : lane == 1
          ? f32x4.extract_lane(score, 1)
          : lane == 2
            ? f32x4.extract_lane(score, 2)
            : f32x4.extract_lane(score, 3);
    if (value == -Infinity) continue;
    offer(scores + <usize>row * bytes, candidates + <usize>row * bytes, capacity, value, j);
    if (bothSides) offer(columnScores, columnCandidates, capacity, value, row);
  }
  return true;
}

/** The worst scores kept by rows i … i+3. */
@inline
function thresholdsOf(scores: usize, i: i32, bytes: usize): v128 {
  const at = scores + <usize>i * bytes;
  return f32x4.replace_lane(
    f32x4.replace_lane(
      f32x4.replace_lane(f32x4.splat(load<f32>(at)), 1, load<f32>(at + bytes)),
      2,
      load<f32>(at + 2 * bytes),
    ),
    3,
    load<f32>(at + 3 * bytes),
  );
}

/** Whether one of the rows i … i+3 may be near enough to row j, by the inner products of their heads. */
@inline
function mayBeNear(
  dots: v128,
  i: i32,
  j: i32,
  halfNorms: usize,
  rests: usize,
  margins: v128,
  rowThresholds: v128,
  columnScores: usize,
  bothSides: bool,
): bool {
  const row = <usize>i << 2;
  const column = <usize>j << 2;
  const norms = f32x4.add(v128.load(halfNorms + row), v128.load32_splat(halfNorms + column));
  const rest = f32x4.add(f32x4.mul(v128.load(rests + row), v128.load32_splat(rests + column)), margins);
  const most = f32x4.sub(f32x4.add(f32x4.convert_i32x4_s(dots), rest), norms);
  const columnThreshold = bothSides ? v128.load32_splat(columnScores) : f32x4.splat(Infinity);
  return v128.any_true(v128.or(f32x4.ge(most, rowThresholds), f32x4.ge(most, columnThreshold)));
}

/**
 * Meets every row of [iStart, iEnd) with every row of [jStart, jEnd); for the same block on both sides, every pair once.
 * All four bounds are multiples of four, or the padded row count. With `bothSides` 0 only the rows i get candidates, and
 * only they need room for them. With a `headStride`, pairs are left out whose heads tell that they are too far apart;
 * `margin` is what rounding can add to such a bound.
 * @returns how many pairs were not left out
 */
export function meetBlocks(
  rows: usize,
  halfNorms: usize,
  scores: usize,
  candidates: usize,
  stride: i32,
  capacity: i32,
  iStart: i32,
  iEnd: i32,
  jStart: i32,
  jEnd: i32,
  bothSides: i32,
  heads: usize,
  headStride: i32,
  rests: usize,
  margin: f32,
): i32 {
  const both = bothSides != 0;
  const bytes = <usize>capacity << 2;
  const margins = f32x4.splat(margin);
  const diagonal = iStart == jStart;
  let passed = 0;
  for (let i = iStart; i < iEnd; i += 4) {
    let thresholds = thresholdsOf(scores, i, bytes);
    for (let j = diagonal ? i : jStart; j < jEnd; j += 2) {
      // First with heads, where there are some, and then with whole rows.
      for (let looking = headStride != 0; ; looking = false) {
        const step = <usize>(looking ? headStride : stride);
        const base = looking ? heads : rows;
        let b0 = base + <usize>j * step;
        const a0 = base + <usize>i * step;
        const end = a0 + step;
        let s00 = i32x4.splat(0);
        let s10 = i32x4.splat(0);
        let s20 = i32x4.splat(0);
        let s30 = i32x4.splat(0);
        let s01 = i32x4.splat(0);
        let s11 = i32x4.splat(0);
        let s21 = i32x4.splat(0);
        let s31 = i32x4.splat(0);
        for (let a = a0; a < end; a += 16) {
          const y0 = v128.load(b0);
          const y1 = v128.load(b0 + step);
          b0 += 16;
          const x0 = v128.load(a);
          s00 = i32x4.add(s00, i32x4.dot_i16x8_s(x0, y0));
          s01 = i32x4.add(s01, i32x4.dot_i16x8_s(x0, y1));
          const x1 = v128.load(a + step);
          s10 = i32x4.add(s10, i32x4.dot_i16x8_s(x1, y0));
          s11 = i32x4.add(s11, i32x4.dot_i16x8_s(x1, y1));
          const x2 = v128.load(a + 2 * step);
          s20 = i32x4.add(s20, i32x4.dot_i16x8_s(x2, y0));
          s21 = i32x4.add(s21, i32x4.dot_i16x8_s(x2, y1));
          const x3 = v128.load(a + 3 * step);
          s30 = i32x4.add(s30, i32x4.dot_i16x8_s(x3, y0));
          s31 = i32x4.add(s31, i32x4.dot_i16x8_s(x3, y1));
        }
        const first = laneSums(s00, s10, s20, s30);
        const second = laneSums(s01, s11, s21, s31);
        if (looking) {
          const column = scores + <usize>j * bytes;
          const near =
            mayBeNear(first, i, j, halfNorms, rests, margins, thresholds, column, both) ||
            mayBeNear(second, i, j + 1, halfNorms, rests, margins, thresholds, column + bytes, both);
          if (near) continue;
          break;
        }
        passed += 8;
        if (offerFour(first, i, j, halfNorms, thresholds, scores, candidates, capacity, diagonal, both)) {
          thresholds = thresholdsOf(scores, i, bytes);
        }
        if (offerFour(second, i, j + 1, halfNorms, thresholds, scores, candidates, capacity, diagonal, both)) {
          thresholds = thresholdsOf(scores, i, bytes);
        }
        break;
      }
    }
  }
  return passed;
}

/** The four lanes of each of four float vectors summed, as one vector. */
@inline
function floatLaneSums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 4, 2, 6), i32x4.shuffle(a, b, 1, 5, 3, 7));
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 4, 2, 6), i32x4.shuffle(c, d, 1, 5, 3, 7));
  return f32x4.add(i32x4.shuffle(ab, cd, 0, 1, 4, 5), i32x4.shuffle(ab, cd, 2, 3, 6, 7));
}

/**
 * Inner products of four float32 rows with the rows of [start, end): out[q·outStride + r] = x_q·x_r, where `out` is
 * indexed by row number. Rows are `stride` bytes (a multiple of 16, zero-padded); start and end are multiples of four.
 */
export function dotFour(
  rows: usize,
  stride: i32,
  query0: i32,
  query1: i32,
  query2: i32,
  query3: i32,
  start: i32,
  end: i32,
  out: usize,
  outStride: i32,
): void {
  const step = <usize>stride;
  const q0 = rows + <usize>query0 * step;
  const q1 = rows + <usize>query1 * step;
  const q2 = rows + <usize>query2 * step;
  const q3 = rows + <usize>query3 * step;
  const zero = f32x4.splat(0);
  for (let r = start; r < end; r += 2) {
    let at = rows + <usize>r * step;
    let a0 = zero;
    let a1 = zero;
    let a2 = zero;
    let a3 = zero;
    let b0 = zero;
    let b1 = zero;
    let b2 = zero;
    let b3 = zero;
    for (let offset: usize = 0; offset < step; offset += 16) {
      const y0 = v128.load(at);
      const y1 = v128.load(at + step);
      at += 16;
      const x0 = v128.load(q0 + offset);
      a0 = f32x4.add(a0, f32x4.mul(x0, y0));
      b0 = f32x4.add(b0, f32x4.mul(x0, y1));
      const x1 = v128.load(q1 + offset);
      a1 = f32x4.add(a1, f32x4.mul(x1, y0));
      b1 = f32x4.add(b1, f32x4.mul(x1, y1));
      const x2 = v128.load(q2 + offset);
      a2 = f32x4.add(a2, f32x4.mul(x2, y0));
      b2 = f32x4.add(b2, f32x4.mul(x2, y1));
      const x3 = v128.load(q3 + offset);
      a3 = f32x4.add(a3, f32x4.mul(x3, y0));
      b3 = f32x4.add(b3, f32x4.mul(x3, y1));
    }
    const first = floatLaneSums(a0, a1, a2, a3);
    const second = floatLaneSums(b0, b1, b2, b3);
    const target = out + (<usize>r << 2);
    const outStep = <usize>outStride << 2;
    store<f32>(target, f32x4.extract_lane(first, 0));
    store<f32>(target + outStep, f32x4.extract_lane(first, 1));
    store<f32>(target + 2 * outStep, f32x4.extract_lane(first, 2));
    store<f32>(target + 3 * outStep, f32x4.extract_lane(first, 3));
    store<f32>(target, f32x4.extract_lane(second, 0), 4);
    store<f32>(target + outStep, f32x4.extract_lane(second, 1), 4);
    store<f32>(target + 2 * outStep, f32x4.extract_lane(second, 2), 4);
    store<f32>(target + 3 * outStep, f32x4.extract_lane(second, 3), 4);
  }
}
