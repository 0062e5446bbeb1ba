import { BadInputError } from '../errors.ts';
import { largestPerplexity, neighborCountOf } from './perplexity.ts';
import type { ProjectionInput } from './projection.ts';

const SMALLEST_POINT_COUNT = 3;
const MOST_THREADS = 64;
const LARGEST_SCALE = 1000;
const SMALLEST_SCALE = 0.1;

/** @throws BadInputError for parameters or a graph that do not fit the points, RangeError for a bad thread count. */
export function validateProjection(input: ProjectionInput): void {
  const { vectors, graph, parameters, threads } = input;
  const { rows } = vectors;
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new RangeError(`threads must be a whole number from 1 to ${MOST_THREADS}, not ${threads}`);
  }
  if (rows < SMALLEST_POINT_COUNT) {
    throw new BadInputError(`a layout needs at least ${SMALLEST_POINT_COUNT} points, but there are ${rows}`);
  }
  if (vectors.values.length !== rows * vectors.dimension) {
    throw new BadInputError(`${rows} rows of ${vectors.dimension} do not make ${vectors.values.length} numbers`);
  }
  if (graph.pointCount !== rows) {
    throw new BadInputError(`the neighbor graph is of ${graph.pointCount} points, the embeddings are of ${rows}`);
  }
  validateParameters(parameters, rows);
  validateChoices(input);
  const needed = neighborCountOf(parameters, rows);
  if (graph.k < needed) {
    throw new BadInputError(`perplexity ${parameters.perplexity} needs ${needed} neighbors, the graph has ${graph.k}`);
  }
}

function validateParameters(parameters: ProjectionInput['parameters'], pointCount: number): void {
  const { perplexity, iterations, curvatureScale, seed } = parameters;
  if (!(perplexity > 0) || 3 * perplexity >= pointCount) {
    const largest = Math.floor(largestPerplexity(pointCount) * 100) / 100;
    throw new BadInputError(
      `perplexity ${perplexity} does not fit ${pointCount} points: it must be above 0 and at most ${largest}`,
    );
  }
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new BadInputError(`iterations must be a whole number from 1 on, not ${iterations}`);
  }
  if (!Number.isSafeInteger(seed)) throw new BadInputError(`the seed must be a whole number, not ${seed}`);
  if (curvatureScale !== 'auto' && !(curvatureScale >= SMALLEST_SCALE && curvatureScale <= LARGEST_SCALE)) {
    throw new BadInputError(
      `the curvature scale must be "auto" or from ${SMALLEST_SCALE} to ${LARGEST_SCALE}, not ${curvatureScale}`,
    );
  }
}

function validateChoices({ parameters, vectors, start }: ProjectionInput): void {
  const { furtherPerplexities, earlyExaggeration, exaggeratedIterations, lateExaggeration } = parameters;
  const { learningRate, hierarchyWeight, initialization, geometry, method } = parameters;
  if (method === 'umap' && geometry !== 'euclidean')
    throw new BadInputError('UMAP is flat here: it needs the geometry euclidean');
  requireRange('furtherPerplexities', Math.min(1, ...furtherPerplexities), Number.MIN_VALUE, 1);
  requireRange('earlyExaggeration', earlyExaggeration, 0.1, 100);
  requireRange('lateExaggeration', lateExaggeration, 0.1, 100);
  if (exaggeratedIterations !== 'auto') requireRange('exaggeratedIterations', exaggeratedIterations, 0, 1e6);
  if (learningRate !== 'auto') requireRange('learningRate', learningRate, 0.001, 1e7);
  requireRange('hierarchyWeight', hierarchyWeight, 0, 1);
  if (hierarchyWeight > 0 && geometry === 'euclidean') {
    throw new BadInputError('hierarchyWeight: a flat layout has no radius for depth; leave it at 0 or use the disk');
  }
  if (initialization === 'layout' && start?.length !== 2 * vectors.rows) {
    throw new BadInputError(`the layout to start from must have ${vectors.rows} points, one for each row`);
  }
}

function requireRange(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    throw new BadInputError(`${name}: ${value} is not between ${least} and ${most}`);
  }
}
