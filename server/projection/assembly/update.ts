// One Riemannian step of every point of a block, and the recentring isometry. Points are complex numbers here: the disk's
// translation by a is z ↦ (a + z)/(1 + ā·z), and it turns tangent frames by conj(v)/v with v = 1 + ā·z (the gyration).
import {
  attractions, BLOCK, gains, hierarchyRadii, partialSum, positions, records, repulsions, velocities,
} from './arrays';
import {
  CENTER_X, CENTER_Y, CURVED, EXAGGERATED_ITERATIONS, EXAGGERATION, HIERARCHY_WEIGHT, ITERATION, LEARNING_RATE, NORMALIZER, PARTITION,
  POINT_COUNT, RADIAL_FACTOR, SCALE,
} from './control';

const RIM: f64 = 0.99999;
const GAIN_STEP: f64 = 0.2;
const GAIN_DECAY: f64 = 0.8;
const SMALLEST_GAIN: f64 = 0.01;
const SMALLEST_LEARNING_RATE: f64 = 20;
const EARLY_MOMENTUM: f64 = 0.5;
const LATE_MOMENTUM: f64 = 0.8;
/** Longest step as hyperbolic length, and in units of the kernel's width for a disk that is nearly flat. */
const LONGEST_STEP: f64 = 0.5;
const LONGEST_SCALED_STEP: f64 = 7;

/** tanh(x) for |x| ≤ 1/4 by its continued fraction; relative error below 1e-13. */
@inline
function smallTanhRatio(x2: f64): f64 {
  return (945 + x2 * (105 + x2)) / (945 + x2 * (420 + 15 * x2));
}

export function writeRecord(i: i32, x: f64, y: f64, curved: bool): void {
  const record = records + (<usize>i << 4);
  store<f32>(record, <f32>x);
  store<f32>(record, <f32>y, 4);
  store<f32>(record, curved ? <f32>(1 / (1 - (x * x + y * y))) : 1, 8);
}

/**
 * η, to be divided by s²: unless it was given, N over the exaggeration, up to which the attraction is stable (Belkina et
 * al. 2019), yet at most N/2: with N a layout of 60,000 points keeps .002 more of its neighbors, but is trusted .001 less.
 */
function learningRate(): f64 {
  const given = load<f64>(LEARNING_RATE);
  if (given > 0) return given;
  return max(SMALLEST_LEARNING_RATE, <f64>load<i32>(POINT_COUNT) / max(2, load<f64>(EXAGGERATION)));
}

export function updateBlock(block: i32): void {
  const first = block * BLOCK;
  const last = min(first + BLOCK, load<i32>(POINT_COUNT));
  const curved = load<i32>(CURVED) != 0;
  const scale = load<f64>(SCALE);
  const rate = learningRate() / (scale * scale);
  const momentum = load<i32>(ITERATION) < load<i32>(EXAGGERATED_ITERATIONS) ? EARLY_MOMENTUM : LATE_MOMENTUM;
  const longest = curved ? min(LONGEST_STEP, LONGEST_SCALED_STEP / scale) : LONGEST_SCALED_STEP / scale;
  const weight = (load<f64>(HIERARCHY_WEIGHT) * load<f64>(EXAGGERATION)) / <f64>load<i32>(POINT_COUNT);
  const doubled = 2 * load<f64>(NORMALIZER);
  const pull = doubled * load<f64>(EXAGGERATION);
  const push = doubled / load<f64>(PARTITION);
  let squares: f64 = 0;
  let sumX: f64 = 0;
  let sumY: f64 = 0;
  let sumTime: f64 = 0;
  for (let i = first; i < last; i++) {
    const pair = <usize>i << 4;
    let gx = pull * load<f64>(attractions + pair) - push * load<f64>(repulsions + pair);
    let gy = pull * load<f64>(attractions + pair, 8) - push * load<f64>(repulsions + pair, 8);
    if (weight > 0) {
      const factor = radialFactor(i, load<f64>(positions + pair), load<f64>(positions + pair, 8), scale);
      gx += weight * factor * load<f64>(positions + pair);
      gy += weight * factor * load<f64>(positions + pair, 8);
    }
    squares += gx * gx + gy * gy;
    const own = gains + (<usize>i << 3);
    const gain = nextGain(load<f64>(own), gx * load<f64>(velocities + pair) + gy * load<f64>(velocities + pair, 8));
    store<f64>(own, gain);
    let vx = momentum * load<f64>(velocities + pair) - rate * gain * gx;
    let vy = momentum * load<f64>(velocities + pair, 8) - rate * gain * gy;
    const length = Math.sqrt(vx * vx + vy * vy);
    if (length > longest) {
      vx *= longest / length;
      vy *= longest / length;
    }
    // A sum that has overflowed must not reach the layout; the point rests for one iteration.
    if (!(length < f64.MAX_VALUE)) {
      vx = 0;
      vy = 0;
    }
    let x = load<f64>(positions + pair);
    let y = load<f64>(positions + pair, 8);
    if (curved) {
      const half = 0.5 * smallTanhRatio(0.25 * (vx * vx + vy * vy));
      const mx = half * vx;
      const my = half * vy;
      // exp_u(v) = u ⊕ tanh(|v|/2)·v/|v|; the denominator 1 + ū·m also turns the velocity's frame.
      const wx = 1 + x * mx + y * my;
      const wy = x * my - y * mx;
      const norm = 1 / (wx * wx + wy * wy);
      const zx = x + mx;
      const zy = y + my;
      x = (zx * wx + zy * wy) * norm;
      y = (zy * wx - zx * wy) * norm;
      const cosine = (wx * wx - wy * wy) * norm;
      const sine = -2 * wx * wy * norm;
      const turned = cosine * vx - sine * vy;
      vy = sine * vx + cosine * vy;
      vx = turned;
      const radius2 = x * x + y * y;
      if (radius2 > RIM * RIM) {
        const back = RIM / Math.sqrt(radius2);
        x *= back;
        y *= back;
      }
      const time = 1 / (1 - (x * x + y * y));
      sumTime += time;
      sumX += x * time;
      sumY += y * time;
    } else {
      // The flat plane with the disk's metric at its center, 4|du|².
      x += 0.5 * vx;
      y += 0.5 * vy;
      sumX += x;
      sumY += y;
    }
    store<f64>(velocities + pair, vx);
    store<f64>(velocities + pair, vy, 8);
    store<f64>(positions + pair, x);
    store<f64>(positions + pair, y, 8);
    writeRecord(i, x, y, curved);
  }
  store<f64>(partialSum(block, 2), squares);
  store<f64>(partialSum(block, 3), sumX);
  store<f64>(partialSum(block, 4), sumY);
  store<f64>(partialSum(block, 5), sumTime);
}

/** d/dr of √(1 + s²(r−ρ)²), as a factor of the point itself: a pull to the radius ρ whose strength is bounded by s. */
function radialFactor(i: i32, x: f64, y: f64, scale: f64): f64 {
  const radius = Math.sqrt(x * x + y * y);
  if (radius < 1e-9) return 0;
  const stretched = scale * (Math.log((1 + radius) / (1 - radius)) - load<f64>(hierarchyRadii + ((<usize>i) << 3)));
  return (scale * stretched) / (Math.sqrt(1 + stretched * stretched) * radius);
}

/**
 * Gains of Jacobs (1988) as in t-SNE, where they grow while the gradient keeps its direction; but one for a point and not
 * one for each of its coordinates, so that they do not depend on the frame. Near the rim the gyration turns a velocity
 * along the circle into the radius at every step: a gain of its own would let the radius' die out and the point circle.
 */
@inline
function nextGain(gain: f64, slope: f64): f64 {
  return max(SMALLEST_GAIN, slope < 0 ? gain + GAIN_STEP : gain * GAIN_DECAY);
}

/** Moves the center to the origin, an isometry, and multiplies the radii when the scale has changed. */
export function centerBlock(block: i32): void {
  const first = block * BLOCK;
  const last = min(first + BLOCK, load<i32>(POINT_COUNT));
  const curved = load<i32>(CURVED) != 0;
  const ax = -load<f64>(CENTER_X);
  const ay = -load<f64>(CENTER_Y);
  const factor = load<f64>(RADIAL_FACTOR);
  for (let i = first; i < last; i++) {
    const pair = <usize>i << 4;
    let x = load<f64>(positions + pair);
    let y = load<f64>(positions + pair, 8);
    if (curved) {
      const wx = 1 + ax * x + ay * y;
      const wy = ax * y - ay * x;
      const norm = 1 / (wx * wx + wy * wy);
      const zx = x + ax;
      const zy = y + ay;
      x = (zx * wx + zy * wy) * norm;
      y = (zy * wx - zx * wy) * norm;
      const radius = Math.sqrt(x * x + y * y);
      const wanted = min(RIM, factor == 1 ? radius : scaledRadius(radius, factor));
      if (wanted != radius) {
        x *= wanted / radius;
        y *= wanted / radius;
      }
      const cosine = factor * (wx * wx - wy * wy) * norm;
      const sine = factor * -2 * wx * wy * norm;
      const vx = load<f64>(velocities + pair);
      const vy = load<f64>(velocities + pair, 8);
      store<f64>(velocities + pair, cosine * vx - sine * vy);
      store<f64>(velocities + pair, sine * vx + cosine * vy, 8);
    } else {
      x += ax;
      y += ay;
    }
    store<f64>(positions + pair, x);
    store<f64>(positions + pair, y, 8);
    writeRecord(i, x, y, curved);
  }
}

/** tanh(factor·artanh(radius)): the hyperbolic radius times the factor. */
function scaledRadius(radius: f64, factor: f64): f64 {
  const inside = min(radius, RIM);
  const power = Math.exp(factor * Math.log((1 + inside) / (1 - inside)));
  return (power - 1) / (power + 1);
}
