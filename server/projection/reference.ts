/**
 * The layout's mathematics in plain TypeScript, every pair summed in float64: the oracle of the engine's tests.
 *
 * t-SNE (van der Maaten & Hinton 2008) with, instead of 1/(1 + |y_i−y_j|²), a Lorentz–Cauchy kernel on the Poincaré disk:
 *   δ(u,v) = sinh²(d(u,v)/2) = |u−v|² / ((1−|u|²)(1−|v|²))      half-angle form of the geodesic distance, curvature −1
 *   w      = 1 / (1 + k·δ),  k = 4s²                            tends to t-SNE's kernel of y = 2s·u as s grows
 *   q_ij   = w_ij / Z,  Z = Σ_{i≠j} w_ij;  KL = Σ p_ij·log(p_ij / q_ij)
 * Its tail is e^−d, which balances the disk's growth of area e^r.
 */

import type { Similarities } from './similarities.ts';

export interface ReferenceProblem {
  readonly similarities: Similarities;
  /** N × 2 points of the open unit disk. */
  readonly positions: Float64Array;
  /** s of the kernel. */
  readonly scale: number;
  /** false: the flat limit, with δ = |u−v|². */
  readonly curved: boolean;
  /** The pull toward a hierarchy's radii, which is added to the KL: λ/N·Σ (√(1 + s²(r_i−ρ_i)²) − 1). */
  readonly hierarchy?: { readonly weight: number; readonly radii: Float64Array } | undefined;
}

/** δ = sinh²(d/2), or |u−v|² when flat, of the points i and j. */
export function halfAngleSquared({ positions, curved }: ReferenceProblem, i: number, j: number): number {
  const dx = positions[2 * i]! - positions[2 * j]!;
  const dy = positions[2 * i + 1]! - positions[2 * j + 1]!;
  const flat = dx * dx + dy * dy;
  return curved ? flat * inverseGap(positions, i) * inverseGap(positions, j) : flat;
}

/** Z = Σ_{i≠j} w_ij over ordered pairs. */
export function partitionFunction(problem: ReferenceProblem): number {
  const { pointCount } = problem.similarities;
  let sum = 0;
  for (let i = 0; i < pointCount; i++) {
    for (let j = 0; j < pointCount; j++) if (i !== j) sum += kernel(problem, i, j);
  }
  return sum;
}

/** KL(P ‖ Q) in nats. */
export function referenceLoss(problem: ReferenceProblem): number {
  const { similarities } = problem;
  let attraction = 0;
  for (let i = 0; i < similarities.pointCount; i++) {
    for (let edge = similarities.rowStarts[i]!; edge < similarities.rowStarts[i + 1]!; edge++) {
      const p = similarities.weights[edge]!;
      if (p > 0) attraction -= p * Math.log(kernel(problem, i, similarities.columns[edge]!));
    }
  }
  return similarities.entropyTerm + attraction + Math.log(partitionFunction(problem));
}

/**
 * The Riemannian gradient of KL in the orthonormal frame (1−|u|²)/2·∂ at each point:
 * g_i = 2k·Σ_j (p_ij·w − w²/Z)·[(u_i−u_j)·ia_j + δ·u_i],  ia = 1/(1−|u|²).
 * Flat: ia = 1 and no δ·u, in the frame ½·∂.
 * @returns N × 2.
 */
export function referenceGradient(problem: ReferenceProblem): Float64Array {
  const { attraction, repulsion } = referenceForces(problem);
  const factor = 8 * problem.scale ** 2;
  const partition = partitionFunction(problem);
  return attraction.map((force, at) => factor * (force - repulsion[at]! / partition));
}

/** λ/N·Σ_i (√(1 + s²(r_i−ρ_i)²) − 1): a pull to the radius ρ_i that is as strong from near as from afar. */
export function hierarchyLoss({ positions, scale, hierarchy }: ReferenceProblem): number {
  if (hierarchy === undefined) return 0;
  let sum = 0;
  hierarchy.radii.forEach((wanted, i) => {
    const radius = 2 * Math.atanh(Math.hypot(positions[2 * i]!, positions[2 * i + 1]!));
    sum += Math.hypot(1, scale * (radius - wanted)) - 1;
  });
  return (hierarchy.weight / hierarchy.radii.length) * sum;
}

/** Its gradient in the same frame as `referenceGradient`: along u/|u|, since r is the geodesic radius. */
export function hierarchyGradient({ positions, scale, hierarchy }: ReferenceProblem): Float64Array {
  const gradient = new Float64Array(positions.length);
  hierarchy?.radii.forEach((wanted, i) => {
    const radius = Math.hypot(positions[2 * i]!, positions[2 * i + 1]!);
    const stretched = scale * (2 * Math.atanh(radius) - wanted);
    const slope = (hierarchy.weight / hierarchy.radii.length) * scale * (stretched / Math.hypot(1, stretched));
    for (let axis = 0; axis < 2; axis++) gradient[2 * i + axis] = (slope * positions[2 * i + axis]!) / radius;
  });
  return gradient;
}

/** Σ_j p_ij·w·[…] and Σ_j w²·[…], the two sums of the gradient, each N × 2. */
export function referenceForces(problem: ReferenceProblem): { attraction: Float64Array; repulsion: Float64Array } {
  const { similarities } = problem;
  const { pointCount } = similarities;
  const attraction = new Float64Array(2 * pointCount);
  const repulsion = new Float64Array(2 * pointCount);
  for (let i = 0; i < pointCount; i++) {
    for (let edge = similarities.rowStarts[i]!; edge < similarities.rowStarts[i + 1]!; edge++) {
      const j = similarities.columns[edge]!;
      addDirection(problem, i, j, similarities.weights[edge]! * kernel(problem, i, j), attraction);
    }
    for (let j = 0; j < pointCount; j++)
      if (j !== i) addDirection(problem, i, j, kernel(problem, i, j) ** 2, repulsion);
  }
  return { attraction, repulsion };
}

/** Adds weight·[(u_i−u_j)·ia_j + δ·u_i] to row i. */
function addDirection(problem: ReferenceProblem, i: number, j: number, weight: number, sums: Float64Array): void {
  const { positions, curved } = problem;
  const inverse = curved ? inverseGap(positions, j) : 1;
  const delta = curved ? halfAngleSquared(problem, i, j) : 0;
  for (let axis = 0; axis < 2; axis++) {
    const own = positions[2 * i + axis]!;
    sums[2 * i + axis]! += weight * ((own - positions[2 * j + axis]!) * inverse + delta * own);
  }
}

function kernel(problem: ReferenceProblem, i: number, j: number): number {
  return 1 / (1 + 4 * problem.scale ** 2 * halfAngleSquared(problem, i, j));
}

function inverseGap(positions: Float64Array, i: number): number {
  return 1 / (1 - positions[2 * i]! ** 2 - positions[2 * i + 1]! ** 2);
}
