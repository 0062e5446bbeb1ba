/** Other points that the normalization is taken from. */
const NORMALIZATION_POINTS = 4096;
/** Golden-section steps: the scale is found to within a thousandth. */
const STEPS = 32;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export interface ScaleSample {
  /** Points of the layout. */
  readonly points: Int32Array;
  readonly k: number;
  /** Of each of them, its neighbors in the embedding and their similarities, which add up to 1. */
  readonly neighbors: Int32Array;
  readonly similarities: Float64Array;
}

/**
 * The scale s at which the kernel 1/(1 + 4s²·|u−v|²) explains a flat layout best. A stored flat layout is a similarity of
 * what was optimized, and its KL as a function of s is least where the optimization's own scale has gone.
 */
export function fitFlatScale(positions: Float64Array, sample: ScaleSample): number {
  const extent = Math.max(
    positions.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    Number.MIN_VALUE,
  );
  const stride = Math.max(1, Math.floor(positions.length / 2 / NORMALIZATION_POINTS));
  const cost = (logScale: number): number => divergence(positions, sample, stride, Math.exp(logScale));
  let low = Math.log(0.1 / extent);
  let high = Math.log(1e4 / extent);
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let [costLeft, costRight] = [cost(left), cost(right)];
  for (let step = 0; step < STEPS; step++) {
    if (costLeft < costRight) {
      [high, right, costRight] = [right, left, costLeft];
      left = high - GOLDEN * (high - low);
      costLeft = cost(left);
    } else {
      [low, left, costLeft] = [left, right, costRight];
      right = low + GOLDEN * (high - low);
      costRight = cost(right);
    }
  }
  return Math.exp((low + high) / 2);
}

/** Σ p·log(1 + k·δ) + log Σ w, the part of the KL that depends on the scale, in nats. */
function divergence(positions: Float64Array, sample: ScaleSample, stride: number, scale: number): number {
  const factor = 4 * scale * scale;
  let attraction = 0;
  let normalization = 0;
  sample.points.forEach((i, n) => {
    for (let at = n * sample.k; at < (n + 1) * sample.k; at++) {
      const cost = factor * squaredDistance(positions, i, sample.neighbors[at]!);
      attraction += sample.similarities[at]! * Math.log1p(cost);
    }
    for (let j = 0; j < positions.length / 2; j += stride) {
      if (j !== i) normalization += 1 / (1 + factor * squaredDistance(positions, i, j));
    }
  });
  return attraction / sample.points.length + Math.log(normalization);
}

function squaredDistance(positions: Float64Array, i: number, j: number): number {
  return (positions[2 * i]! - positions[2 * j]!) ** 2 + (positions[2 * i + 1]! - positions[2 * j + 1]!) ** 2;
}
