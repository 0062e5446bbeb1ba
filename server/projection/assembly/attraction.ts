// Attraction over the edges of P, four edges at a time: Σ_j p_ij·w·[(u_i−u_j)·ia_j + δ·u_i], and for the loss
// Σ_j p_ij·log(1 + k·δ).
import { attractions, BLOCK, columns, partialSum, records, rowStarts, similarities } from './arrays';
import { CURVED, MEASURING, NORMALIZER, POINT_COUNT } from './control';

@inline
function horizontalSum(v: v128): f64 {
  return (
    <f64>f32x4.extract_lane(v, 0) +
    <f64>f32x4.extract_lane(v, 1) +
    (<f64>f32x4.extract_lane(v, 2) + <f64>f32x4.extract_lane(v, 3))
  );
}

/** log(v) of four numbers ≥ 1: exponent plus a polynomial in the mantissa, absolute error below 2e-6. */
@inline
function logarithm(v: v128): v128 {
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(v, 23), i32x4.splat(127)));
  const mantissa = v128.or(v128.and(v, i32x4.splat(0x7fffff)), i32x4.splat(0x3f800000));
  const t = f32x4.sub(mantissa, f32x4.splat(1));
  let sum = f32x4.splat(0.014202825621212604);
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(-0.06658804993582618));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(0.14943458362551224));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(-0.23514863754122517));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(0.33112051909771645));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(-0.49987191593476216));
  sum = f32x4.add(f32x4.mul(sum, t), f32x4.splat(0.9999987635044443));
  return f32x4.add(f32x4.mul(exponent, f32x4.splat(0.6931471805599453)), f32x4.mul(sum, t));
}

/** With the loss or without it, whose logarithms take as long as all the rest. */
export function attractBlock(block: i32): void {
  if (load<i32>(MEASURING) != 0) store<f64>(partialSum(block, 0), attractRows(block, true));
  else attractRows(block, false);
}

@inline
function attractRows(block: i32, measuring: bool): f64 {
  const pointCount = load<i32>(POINT_COUNT);
  const first = block * BLOCK;
  const last = min(first + BLOCK, pointCount);
  const curved: f64 = load<i32>(CURVED) != 0 ? 1 : 0;
  const k = f32x4.splat(<f32>load<f64>(NORMALIZER));
  const one = f32x4.splat(1);
  let loss: f64 = 0;
  for (let i = first; i < last; i++) {
    const own = records + (<usize>i << 4);
    const x = v128.load32_splat(own);
    const y = v128.load32_splat(own, 4);
    const inverse = v128.load32_splat(own, 8);
    let sumX = f32x4.splat(0);
    let sumY = f32x4.splat(0);
    let sumD = f32x4.splat(0);
    let sumLog = f32x4.splat(0);
    const start: usize = load<u32>(rowStarts + (<usize>i << 2));
    const end: usize = load<u32>(rowStarts + (<usize>i << 2), 4);
    for (let edge = start << 2; edge < end << 2; edge += 16) {
      const column = columns + edge;
      const r0 = v128.load(records + load<u32>(column));
      const r1 = v128.load(records + load<u32>(column, 4));
      const r2 = v128.load(records + load<u32>(column, 8));
      const r3 = v128.load(records + load<u32>(column, 12));
      // Four records (x, y, ia, ·) become four x, four y and four ia.
      const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const ia = v128.shuffle<f32>(
        v128.shuffle<f32>(r0, r1, 2, 6, 2, 6),
        v128.shuffle<f32>(r2, r3, 2, 6, 2, 6),
        0, 1, 4, 5,
      );
      const dx = f32x4.sub(x, v128.shuffle<f32>(a, b, 0, 1, 4, 5));
      const dy = f32x4.sub(y, v128.shuffle<f32>(a, b, 2, 3, 6, 7));
      const delta = f32x4.mul(f32x4.mul(inverse, ia), f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)));
      const reciprocal = f32x4.add(one, f32x4.mul(k, delta));
      const p = v128.load(similarities + edge);
      const pw = f32x4.div(p, reciprocal);
      const force = f32x4.mul(pw, ia);
      sumX = f32x4.add(sumX, f32x4.mul(force, dx));
      sumY = f32x4.add(sumY, f32x4.mul(force, dy));
      sumD = f32x4.add(sumD, f32x4.mul(pw, delta));
      if (measuring) sumLog = f32x4.add(sumLog, f32x4.mul(p, logarithm(reciprocal)));
    }
    const pull = curved * horizontalSum(sumD);
    const target = attractions + (<usize>i << 4);
    store<f64>(target, horizontalSum(sumX) + pull * <f64>load<f32>(own));
    store<f64>(target, horizontalSum(sumY) + pull * <f64>load<f32>(own, 4), 8);
    if (measuring) loss += horizontalSum(sumLog);
  }
  return loss;
}
