import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { distFile } from '../paths.ts';
import type { ProjectionEngine, ProjectionInput } from './projection.ts';
import { UmapProjectionEngine } from './umapProjectionEngine.ts';
import { validateProjection } from './validateProjection.ts';
import { WasmProjectionEngine } from './wasmProjectionEngine.ts';

export { fittingPerplexity, neighborCountFor, neighborCountOf } from './perplexity.ts';

/** Numbers copied in one turn of the event loop, about a millisecond's worth. */
const COPY_CHUNK = 1 << 20;

/**
 * An engine at iteration 0: threads started, P built from the graph's first 2·perplexity neighbors, the layout at its
 * start. The method: t-SNE (van der Maaten & Hinton 2008) with the kernel w = 1/(1 + 4s²·sinh²(d/2)) on the Poincaré
 * disk, Riemannian steps, Barnes–Hut repulsion (van der Maaten 2014) with exact cell means; see reference.ts.
 * @throws UnavailableError when `webgpu` is asked for and there is none, BadInputError for parameters or a graph that do not
 * fit the points, RangeError for a bad thread count.
 */
export async function createProjectionEngine(input: ProjectionInput): Promise<ProjectionEngine> {
  validateProjection(input);
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
