import type { Labels } from './labels.ts';

/** A finished layout with what is known of its points, as the export formats write it. */
export interface LayoutTable {
  /** N × 2, interleaved x y: points of the open unit disk (or of the plane for a flat layout). */
  readonly positions: Float64Array;
  readonly labels: Labels | null;
  /** N indices of the points' images in their data set. */
  readonly imageIndices: Int32Array;
  /** N names for people, where there are images. */
  readonly imageNames?: readonly string[] | undefined;
  /** Lines under the picture, such as `10,000 points · perplexity 30 · seed 1`. */
  readonly caption?: string | undefined;
  /** How the layout was made and what was measured, for formats that have room for it. */
  readonly about?: Readonly<Record<string, unknown>> | undefined;
  /** Decides how a picture is drawn; taken from the positions where it is not given. */
  readonly geometry?: 'poincare' | 'euclidean' | undefined;
}
