import { ORIGIN } from '../../../server/geometry/diskPoint.ts';
import {
  applyIsometry,
  compose,
  IDENTITY,
  isometryFromCenter,
  translation,
} from '../../../server/geometry/isometry.ts';
import type { Isometry } from '../../../server/geometry/isometry.ts';

const SIDES = 7;
const TILES_PER_VERTEX = 3;

/** cosh of the circumradius of a regular {p, q} tile: cot(π/p)·cot(π/q) (Coxeter 1942). */
const circumradius = Math.acosh(1 / (Math.tan(Math.PI / SIDES) * Math.tan(Math.PI / TILES_PER_VERTEX)));
/** cosh of the inradius: cos(π/q) / sin(π/p). */
const inradius = Math.acosh(Math.cos(Math.PI / TILES_PER_VERTEX) / Math.sin(Math.PI / SIDES));

/** The isometries from the central tile to each of its seven neighbors; the reflected copy is turned by a half turn. */
const toNeighbor: readonly Isometry[] = Array.from({ length: SIDES }, (_, side) => {
  const angle = (2 * Math.PI * (side + 0.5)) / SIDES;
  const distance = Math.tanh(inradius);
  const move = translation({ x: distance * Math.cos(angle), y: distance * Math.sin(angle) });
  return compose(move, isometryFromCenter(ORIGIN, Math.PI));
});

/**
 * The edges of the {7,3} tiling, the frame of Escher's Circle Limit prints, around the origin.
 * @param reach tiles whose center lies farther than this geodesic distance are left out
 * @returns E × 4: x0 y0 x1 y1 of every edge, each edge once
 */
export function tilingEdges(reach: number): Float32Array {
  const edges: number[] = [];
  const seenEdges = new Set<string>();
  const seenTiles = new Set<string>(['0 0']);
  const queue: Isometry[] = [IDENTITY];
  const vertexRadius = Math.tanh(circumradius / 2);
  for (let tile = queue.shift(); tile !== undefined; tile = queue.shift()) {
    const corners = Array.from({ length: SIDES }, (_, corner) => {
      const angle = (2 * Math.PI * corner) / SIDES;
      return applyIsometry(tile!, { x: vertexRadius * Math.cos(angle), y: vertexRadius * Math.sin(angle) });
    });
    for (const [index, start] of corners.entries()) {
      const end = corners[(index + 1) % SIDES]!;
      const key = placeKey((start.x + end.x) / 2, (start.y + end.y) / 2);
      if (!seenEdges.has(key)) edges.push(start.x, start.y, end.x, end.y);
      seenEdges.add(key);
    }
    for (const move of toNeighbor) {
      const next = compose(tile, move);
      const center = applyIsometry(next, ORIGIN);
      const key = placeKey(center.x, center.y);
      if (seenTiles.has(key) || 2 * Math.atanh(Math.hypot(center.x, center.y)) > reach) continue;
      seenTiles.add(key);
      queue.push(next);
    }
  }
  return Float32Array.from(edges);
}

/**
 * The tiling is infinite but only a patch around the origin is drawn. This replaces a view by the one of the same
 * tiling whose patch lies in the middle of the screen: `view` after some symmetry of the tiling.
 */
export function centeredOnTiling(view: Isometry): Isometry {
  let best = view;
  let bestRadius = radiusAtOrigin(view);
  for (;;) {
    let closer: Isometry | null = null;
    for (const move of toNeighbor) {
      const candidate = compose(best, move);
      const radius = radiusAtOrigin(candidate);
      if (radius < bestRadius - 1e-9) {
        closer = candidate;
        bestRadius = radius;
      }
    }
    if (closer === null) return best;
    best = closer;
  }
}

function radiusAtOrigin(view: Isometry): number {
  const place = applyIsometry(view, ORIGIN);
  return Math.hypot(place.x, place.y);
}

/** A name of a place, coarse enough to absorb rounding and finer than the tiles near the rim. */
function placeKey(x: number, y: number): string {
  return `${Math.round(x * 1e5) + 0} ${Math.round(y * 1e5) + 0}`;
}
