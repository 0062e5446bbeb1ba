// The hyperboloid (Lorentz) model at curvature −1: points (t, x, y) with −t² + x² + y² = −1 and t > 0.
import type { DiskPoint } from './diskPoint.ts';

export interface LorentzVector {
  readonly t: number;
  readonly x: number;
  readonly y: number;
}

/** ⟨u, v⟩ = −u₀v₀ + u₁v₁ + u₂v₂, which is −cosh d for two points. */
export function lorentzInner(u: LorentzVector, v: LorentzVector): number {
  return -u.t * v.t + u.x * v.x + u.y * v.y;
}

/** Stereographic projection from (−1, 0, 0). */
export function lorentzToPoincare({ t, x, y }: LorentzVector): DiskPoint {
  return { x: x / (1 + t), y: y / (1 + t) };
}

export function poincareToLorentz({ x, y }: DiskPoint): LorentzVector {
  const squared = x * x + y * y;
  const scale = 1 / (1 - squared);
  return { t: (1 + squared) * scale, x: 2 * x * scale, y: 2 * y * scale };
}

/**
 * The Lorentz centroid of points of the disk: the sum of their hyperboloid vectors, scaled back onto the hyperboloid. It
 * minimizes the weighted sum of −⟨c, u⟩ (Law et al., "Lorentzian Distance Learning", 2019) and moves with every isometry.
 * @param positions N × 2, interleaved
 * @param weights N weights ≥ 0; all 1 where absent
 */
export function lorentzCentroid(positions: Float64Array, weights?: Float64Array): DiskPoint {
  let t = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; 2 * i < positions.length; i++) {
    const u = positions[2 * i];
    const v = positions[2 * i + 1];
    const squared = u * u + v * v;
    const scale = (weights?.[i] ?? 1) / (1 - squared);
    t += (1 + squared) * scale;
    x += 2 * u * scale;
    y += 2 * v * scale;
  }
  const norm = Math.sqrt(t * t - x * x - y * y);
  if (!(norm > 0)) return { x: 0, y: 0 };
  return lorentzToPoincare({ t: t / norm, x: x / norm, y: y / norm });
}
