import { contours } from 'd3-contour';
import type { DensityField } from './density.ts';

/** Lines at these parts of the greatest density, faint to strong. */
export const CONTOUR_LEVELS = [0.04, 0.1, 0.22, 0.42, 0.7] as const;
/** Cells beyond this radius are larger than what they show. */
const RIM = 0.992;

export interface ContourLines {
  /** S × 4: x0 y0 x1 y1 of every straight piece, in layout coordinates. */
  readonly segments: Float32Array;
  /** For every piece the index into CONTOUR_LEVELS. */
  readonly levels: Uint8Array;
}

/** Lines of equal density. */
export function contourLines({ size, values }: DensityField): ContourLines {
  let greatest = 0;
  for (const value of values) if (value > greatest) greatest = value;
  const segments: number[] = [];
  const levels: number[] = [];
  if (greatest === 0) return { segments: new Float32Array(0), levels: new Uint8Array(0) };
  const trace = contours().size([size, size]);
  const at = (gridCoordinate: number): number => (gridCoordinate * 2) / size - 1;
  for (const [level, share] of CONTOUR_LEVELS.entries()) {
    const rings = trace.contour(values as unknown as number[], share * greatest).coordinates.flat();
    for (const ring of rings) {
      for (let i = 1; i < ring.length; i++) {
        const [x0, y0, x1, y1] = [at(ring[i - 1]![0]!), at(ring[i - 1]![1]!), at(ring[i]![0]!), at(ring[i]![1]!)];
        if (Math.hypot(x0, y0) > RIM || Math.hypot(x1, y1) > RIM) continue;
        segments.push(x0, y0, x1, y1);
        levels.push(level);
      }
    }
  }
  return { segments: Float32Array.from(segments), levels: Uint8Array.from(levels) };
}
