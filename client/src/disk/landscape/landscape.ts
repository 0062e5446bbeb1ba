import type { Plane } from '../diskTransform.ts';
import { clusterLabels } from './clusters.ts';
import type { ClusterLabel } from './clusters.ts';
import { contourLines } from './contours.ts';
import type { ContourLines } from './contours.ts';
import { densityOf } from './density.ts';
import { separations } from './separation.ts';

/** What is worked out from a layout, to read it by. */
export interface Landscape {
  /** For every point the geodesic distance that its picture has to itself. */
  readonly separations: Float32Array;
  readonly contours: ContourLines;
  /** Names of dense regions, coarse ones first. */
  readonly labels: readonly ClusterLabel[];
}

export interface LandscapeQuestion {
  readonly plane: Plane;
  /** N × 2, interleaved. */
  readonly coordinates: Float32Array;
  /** N class indices, −1 for none; null without classes. */
  readonly codes: Int16Array | null;
  readonly classCount: number;
}

/** Where kernels end, geodesic distance: for names of wide and of narrow regions; the lines use the middle one. */
const BANDWIDTHS = { POINCARE: [0.9, 0.5, 0.28], EUCLIDEAN: [0.3, 0.14, 0.07] } as const;
/** Cells of a side for each of these: a wide kernel needs no fine grid. */
const GRID_SIZES = [96, 192, 256] as const;
const SMALLEST_SHARE = 0.004;
const MIN_SHARE = 0.45;

/** Takes tens to hundreds of milliseconds for 60,000 points: for a worker. */
export function landscapeOf({ plane, coordinates, codes, classCount }: LandscapeQuestion): Landscape {
  const fields = BANDWIDTHS[plane].map((bandwidth, index) =>
    densityOf(coordinates, plane, bandwidth, GRID_SIZES[index]!),
  );
  const smallest = Math.max(3, SMALLEST_SHARE * (coordinates.length / 2));
  const options = { smallest, minShare: MIN_SHARE };
  return {
    separations: separations(coordinates, plane),
    contours: contourLines(fields[1]!),
    labels:
      codes === null ? [] : fields.flatMap((field) => clusterLabels(field, coordinates, codes, classCount, options)),
  };
}
