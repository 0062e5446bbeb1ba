import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BadInputError } from '../errors.ts';
import { distFile } from '../paths.ts';
import { largestPerplexity, neighborCountOf } from './perplexity.ts';
import type { ProjectionEngine, ProjectionInput } from './projection.ts';
import { UmapProjectionEngine } from './umapProjectionEngine.ts';
import { WasmProjectionEngine } from './wasmProjectionEngine.ts';

export { fittingPerplexity, neighborCountFor, neighborCountOf } from './perplexity.ts';

const SMALLEST_POINT_COUNT = 3;
const MOST_THREADS = 64;
const LARGEST_SCALE = 1000;
const SMALLEST_SCALE = 0.1;
/** Numbers copied in one turn of the event loop, about a millisecond's worth. */
const COPY_CHUNK = 1 << 20;

/**
 * An engine at iteration 0: threads started, P built from the graph's first 2·perplexity neighbors, the layout at its
 * start. The method: t-SNE (van der Maaten & Hinton 2008) with the kernel w = 1/(1 + 4s²·sinh²(d/2)) on the Poincaré
 * disk, Riemannian steps, Barnes–Hut repulsion (van der Maaten 2014) with exact cell means; see reference.ts.
 * @throws Error when `webgpu` is asked for and there is none, BadInputError for parameters or a graph that do not fit the points, RangeError for a bad thread count.
 */
export async function createProjectionEngine(input: ProjectionInput): Promise<ProjectionEngine> {
  validate(input);
  const { vectors, graph, parameters, threads } = input;
  const [module, values, indices, distances] = await Promise.all([
    readFile(distFile('wasm/projection.wasm')).then((bytes) => WebAssembly.compile(bytes)),
    shared(vectors.values, Float32Array),
    shared(graph.indices, Int32Array),
    shared(graph.distances, Float32Array),
  ]);
  if (parameters.method === 'umap') {
    const neighborCount = Math.max(1, Math.min(Math.round(parameters.perplexity), graph.k));
    const sharedGraph = { pointCount: graph.pointCount, k: graph.k, metric: graph.metric, indices, distances };
    const { iterations, seed } = parameters;
    return UmapProjectionEngine.start({ graph: sharedGraph, neighborCount, iterations, seed });
  }
  return WasmProjectionEngine.start({
    module,
    vectors: { rows: vectors.rows, dimension: vectors.dimension, values },
    graph: { pointCount: graph.pointCount, k: graph.k, metric: graph.metric, indices, distances },
    parameters,
    threads,
    start: input.start ?? null,
    engine: input.engine ?? 'auto',
  });
}

function validate(input: ProjectionInput): void {
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

/** The same numbers over a SharedArrayBuffer, copied in slices where they are not, so that nothing else has to wait. */
async function shared<T extends Float32Array | Int32Array>(
  source: T,
  constructor: new (buffer: SharedArrayBuffer) => T,
): Promise<T> {
  if (source.buffer instanceof SharedArrayBuffer) return source;
  const copy = new constructor(new SharedArrayBuffer(source.byteLength));
  for (let start = 0; start < source.length; start += COPY_CHUNK) {
    if (start > 0) await nextTurn();
    copy.set(source.subarray(start, start + COPY_CHUNK), start);
  }
  return copy;
}
