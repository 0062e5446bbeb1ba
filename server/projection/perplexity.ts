import { DEFAULT_PROJECTION_PARAMETERS, type ProjectionParameters } from '../storage/run.ts';

/** The default perplexity, lowered as far as a small set of points needs it: 3·perplexity < N. */
export function fittingPerplexity(pointCount: number): number {
  return Math.min(DEFAULT_PROJECTION_PARAMETERS.perplexity, largestPerplexity(pointCount));
}

/** The largest perplexity whose 3·perplexity neighbors exist. */
export function largestPerplexity(pointCount: number): number {
  return Math.max(0, (pointCount - 1) / 3);
}

/**
 * How many neighbors of each point the similarities need: 2·perplexity, as many as there are. The usual 3·perplexity
 * costs half as much again and keeps no more neighbors (docs/layout-choices.md).
 */
export function neighborCountFor(perplexity: number, pointCount: number): number {
  return Math.max(1, Math.min(Math.ceil(2 * perplexity - 1e-9), pointCount - 1));
}

/** All perplexities of a layout, lowered as far as few points need it. */
export function fittingPerplexities(
  { perplexity, furtherPerplexities }: Pick<ProjectionParameters, 'perplexity' | 'furtherPerplexities'>,
  pointCount: number,
): number[] {
  return [perplexity, ...furtherPerplexities].map((value) => Math.min(value, largestPerplexity(pointCount)));
}

/** How many neighbors of each point a layout with these parameters needs. */
export function neighborCountOf(
  parameters: Pick<ProjectionParameters, 'perplexity' | 'furtherPerplexities'>,
  pointCount: number,
): number {
  return neighborCountFor(Math.max(parameters.perplexity, ...parameters.furtherPerplexities), pointCount);
}
