import type { ImageDataset } from '../dataset/dataset.ts';
import { sampleIndices } from '../dataset/dataset.ts';
import { AppError, NotFoundError } from '../errors.ts';
import type { Replay } from '../export/replayFile.ts';
import { drawSprites, type ReplaySprites } from '../export/replaySprites.ts';
import type { Keyframe, Run } from '../storage/run.ts';
import type { Store } from '../storage/store.ts';
import { qualityFacts, type RunFact } from './describeRun.ts';

/** Where the images of a data set come from; a `DatasetLibrary` is one. */
export interface ImageLibrary {
  byId(datasetId: string): Promise<ImageDataset>;
}

/**
 * All stored layouts of a run with its classes and pictures, for one file that replays them. Where the images are not
 * to be had any more, the points are dots.
 * @throws NotFoundError when there is no such run, or no layout of it yet
 */
export async function readStoredReplay(store: Store, images: ImageLibrary, runId: string): Promise<Replay> {
  const run = await store.runs.findRun(runId);
  if (run === null) throw new NotFoundError(`no run has the id ${runId}`);
  const keyframes = await store.runs.listKeyframes(runId);
  const set = run.embeddingSetId === null ? null : await store.embeddingSets.findEmbeddingSet(run.embeddingSetId);
  if (keyframes.length === 0 || set === null) throw new NotFoundError(`run ${runId} has no layout yet`);
  const { label, columns } = await store.datasets.readImageColumns(set.datasetId);
  const names = await store.datasets.readImageNames(set.datasetId);
  const imageIndices = sampleIndices(names.length, run.request.limit ?? undefined);
  const pictured = (await store.datasets.findDataset(set.datasetId))?.kind !== 'vectors';
  return {
    name: run.name,
    geometry: run.parameters.geometry,
    iterations: run.parameters.iterations,
    facts: factsOf(run, imageIndices.length),
    categories: [{ ...label, name: 'label' }, ...columns].map((column) => ({
      name: column.name,
      names: column.names,
      codes: imageIndices.map((image) => column.codes[image]),
    })),
    imageNames: Array.from(imageIndices, (image) => names[image]),
    history: await store.runs.readStatistics(runId),
    frames: readFrames(store, runId, keyframes),
    pictured,
    sprites: pictured ? await findSprites(images, set.datasetId, imageIndices) : null,
  };
}

async function findSprites(
  images: ImageLibrary,
  datasetId: string,
  imageIndices: Int32Array,
): Promise<ReplaySprites | null> {
  try {
    return await drawSprites(await images.byId(datasetId), imageIndices);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function* readFrames(store: Store, runId: string, keyframes: readonly number[]): AsyncGenerator<Keyframe> {
  for (const iteration of keyframes) {
    const keyframe = await store.runs.readKeyframe(runId, iteration);
    // Rather a download that breaks off than a file that looks whole.
    if (keyframe?.iteration !== iteration) throw new NotFoundError(`run ${runId} was deleted while it was read`);
    yield keyframe;
  }
}

function factsOf({ request, parameters, quality, createdAt }: Run, pointCount: number): RunFact[] {
  const { geometry, method, perplexity, furtherPerplexities, seed, iterations } = parameters;
  const plane = geometry === 'euclidean' ? 'flat' : 'hyperbolic';
  return [
    { title: 'data set', text: request.datasetName ?? 'embeddings' },
    { title: 'model', text: request.modelName ?? '–' },
    { title: 'points', text: pointCount.toLocaleString('en-US') },
    { title: 'layout', text: `${method === 'umap' ? 'UMAP' : 't-SNE'}, ${plane}` },
    { title: 'perplexity', text: [perplexity, ...furtherPerplexities].join(', ') },
    { title: 'iterations', text: String(iterations) },
    { title: 'seed', text: String(seed) },
    ...qualityFacts(quality),
    { title: 'made', text: createdAt.toISOString().slice(0, 10) },
  ];
}
