import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { openImageFolder } from '../../server/dataset/imageFolder.ts';
import { messageOf } from '../../server/errors.ts';
import type { EngineName } from '../../server/extraction/extraction.ts';
import { findModel } from '../../server/extraction/modelCatalog.ts';
import { openExtractor, type Extractor } from '../../server/extraction/openExtractor.ts';
import { findNearestNeighbors } from '../../server/neighbors/findNearestNeighbors.ts';
import { createProjectionEngine, neighborCountFor } from '../../server/projection/createProjectionEngine.ts';
import { measureQuality } from '../../server/projection/measureQuality.ts';
import { DEFAULT_PROJECTION_PARAMETERS } from '../../server/projection/projection.ts';
import { clusterTree } from './clusterTree.ts';
import { BENCH_FOLDER, copyNano, makeBackbone, makeJpegs } from './extraction/material.ts';

// For a machine with a GPU and the optional package webgpu. GPU_POINTS and GPU_MODELS choose what is measured, separated
// by commas; `none` leaves a half out.

const SIZES = listOf('GPU_POINTS', '10000,60000,250000').map(Number);
const MODELS = listOf('GPU_MODELS', 'nano,dinov3-vits16,dinov3-vitb16');
const ENGINES: readonly EngineName[] = ['webgpu', 'webgpu-float16', 'onnx'];
/** Images of a size that the CPU gets through in a few seconds. */
const IMAGES_ON_CPU = 64;
const IMAGES = { small: 20_000, photos: Number(process.env.GPU_PHOTOS ?? 2000) };

/**
 * Layouts and embeddings on the machine's GPU, beside the same on all cores of its processor, and beside PyTorch with
 * transformers on the same GPU, weights and files where `python3` has them.
 */
export async function run() {
  const layouts = [];
  for (const points of SIZES) layouts.push(...(await measureLayouts(points)));
  console.table(layouts);
  const embeddings = [];
  for (const model of MODELS) embeddings.push(...(await measureModel(model)));
  console.table(embeddings);
  return { layouts, embeddings, loadAverage: loadavg()[0] };
}

async function measureLayouts(points: number) {
  const vectors = clusterTree(points);
  const threads = availableParallelism();
  const parameters = DEFAULT_PROJECTION_PARAMETERS;
  const k = neighborCountFor(parameters.perplexity, points);
  const searching = performance.now();
  const graph = await findNearestNeighbors(vectors, { k, metric: 'euclidean', threads });
  const secondsOfNeighbors = secondsSince(searching);
  const figures = [];
  for (const engineName of ['webgpu', 'wasm', 'auto'] as const) {
    const preparing = performance.now();
    const engine = await createProjectionEngine({ vectors, graph, parameters, threads, engine: engineName });
    const secondsToPrepare = secondsSince(preparing);
    const start = performance.now();
    let curvatureScale = 0;
    while (engine.iteration < parameters.iterations) {
      curvatureScale = (await engine.step(50)).at(-1)!.curvatureScale;
    }
    const seconds = secondsSince(start);
    const positions = engine.positions();
    // The device may have been lost on the way.
    const computedBy = engine.name;
    await engine.dispose();
    const quality = await measureQuality({
      ...{ vectors, positions, labels: null, curvatureScale, threads },
      ...{ geometry: 'poincare', metric: 'euclidean', seed: 1 },
    });
    figures.push({
      ...{ points, asked: engineName, engine: computedBy, threads, secondsOfNeighbors, secondsToPrepare, seconds },
      millisecondsPerIteration: rounded((1000 * seconds) / parameters.iterations, 2),
      recallAt15: rounded(quality.recallAt15, 4),
      trustworthinessAt15: rounded(quality.trustworthinessAt15, 4),
      continuityAt15: rounded(quality.continuityAt15, 4),
      rimFraction: quality.rimFraction,
    });
    console.log(JSON.stringify(figures.at(-1)));
  }
  return figures;
}

async function measureModel(name: string) {
  const isNano = name === 'nano';
  const directory = isNano ? await copyNano() : await makeBackbone(name);
  const images = isNano
    ? await makeJpegs('small', IMAGES.small, 32, 32)
    : await makeJpegs('photos', IMAGES.photos, 500, 375);
  const figures = [];
  let exact: Float32Array | null = null;
  for (const engine of ENGINES) {
    const count = engine === 'onnx' && !isNano ? IMAGES_ON_CPU : undefined;
    const measured = await measureEngine(directory, images, engine, count);
    const { vectors, ...told } = measured;
    if (engine === 'webgpu') exact = vectors;
    figures.push({ model: name, by: `circle-limit, ${engine}`, ...told, error: vectors && errorOf(vectors, exact) });
    console.log(JSON.stringify(figures.at(-1)));
  }
  for (const precision of ['float16', 'float32']) {
    const measured = measureTorch(directory, images, precision, isNano ? 32 : 224);
    figures.push({ model: name, by: `PyTorch, ${precision}`, ...measured, waitShare: null, error: null });
    console.log(JSON.stringify(figures.at(-1)));
  }
  return figures;
}

/** From JPEG files to vectors; the model is loaded and has seen two batches before. */
async function measureEngine(directory: string, folder: string, engine: EngineName, limit: number | undefined) {
  const dataset = await openImageFolder(folder, { cacheFolder: join(BENCH_FOLDER, 'cache') });
  const count = limit ?? dataset.size;
  let extractor: Extractor;
  try {
    extractor = await openExtractor(await findModel(directory, { home: BENCH_FOLDER }), { engine });
  } catch (error) {
    return { images: 0, imagesPerSecond: null, waitShare: null, vectors: null, refused: messageOf(error) };
  }
  const extract = async (images: number) => {
    const vectors = new Float32Array(images * extractor.dimension);
    const imageIndices = Int32Array.from({ length: images }, (_, index) => index);
    for await (const batch of extractor.extract({ dataset, imageIndices })) {
      batch.imageIndices.forEach((image, row) => {
        const { dimension } = extractor;
        vectors.set(batch.vectors.subarray(row * dimension, (row + 1) * dimension), image * dimension);
      });
    }
    return vectors;
  };
  await extract(Math.min(count, 256));
  const start = performance.now();
  const vectors = await extract(count);
  const imagesPerSecond = rounded(count / secondsSince(start), 1);
  const { waitShare } = extractor;
  await extractor.close();
  return { images: count, imagesPerSecond, waitShare: waitShare && rounded(waitShare, 3), vectors };
}

/** Images a second of transformers' DINOv3 in PyTorch; null where it does not run here. */
function measureTorch(directory: string, images: string, precision: string, side: number) {
  const script = join(import.meta.dirname, 'gpu/torchPeer.py');
  try {
    const output = execFileSync('python3', [script, directory, images, precision, String(side)], { encoding: 'utf8' });
    return JSON.parse(output.trim().split('\n').at(-1)!) as { images: number; imagesPerSecond: number };
  } catch (error) {
    return { images: 0, imagesPerSecond: null, refused: messageOf(error).split('\n', 1)[0] };
  }
}

/** The length of the difference to the float32 vectors, by their length; null where those are not there. */
function errorOf(vectors: Float32Array, exact: Float32Array | null): number | null {
  if (exact === null) return null;
  let [difference, length] = [0, 0];
  for (const [i, value] of vectors.entries()) {
    difference += (value - exact[i]) ** 2;
    length += exact[i] ** 2;
  }
  return Number(Math.sqrt(difference / length).toExponential(1));
}

function listOf(variable: string, otherwise: string): string[] {
  const list = process.env[variable] ?? otherwise;
  return list === 'none' ? [] : list.split(',');
}

function secondsSince(start: number): number {
  return rounded((performance.now() - start) / 1000, 3);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
