import { sampleIndices, type ImageDataset } from '../dataset/dataset.ts';
import { BadInputError, NotFoundError } from '../errors.ts';
import { resolveChoices } from '../extraction/extraction.ts';
import type { Interpolation, ModelDescription, Pooling, ResolvedChoices } from '../extraction/extraction.ts';
import { findModel } from '../extraction/modelCatalog.ts';
import { openExtractor } from '../extraction/openExtractor.ts';
import type { EmbeddingSet, StoredDataset } from '../storage/store.ts';
import { withEngine } from './engineLock.ts';
import { extractInShards, SHARD_IMAGES } from './extractionShards.ts';
import type { RunParts } from './runParts.ts';
import type { RunRecorder } from './runRecorder.ts';

const ACTIVITIES = {
  download: { name: 'Downloading the data set', unit: 'bytes' },
  render: { name: 'Rendering the images', unit: 'images' },
  index: { name: 'Reading the data set', unit: 'images' },
} as const;

/** Fewer points have no 3 neighbors and so no layout. */
const MIN_POINTS = 4;

/** The vectors that a run lays out: which images, and the set that holds all of them. */
export interface EmbeddedImages {
  readonly dataset: StoredDataset;
  readonly set: EmbeddingSet;
  readonly imageIndices: Int32Array;
  /** Null when nothing was missing. */
  readonly engine: string | null;
  /** The share of time in which the model waited; null when nothing was missing. */
  readonly modelWaitShare: number | null;
}

/** The images of a run that starts from stored embeddings. @throws BadInputError when some have none. */
export async function findEmbeddedImages(recorder: RunRecorder, parts: RunParts): Promise<EmbeddedImages | null> {
  const { request, embeddingSetId } = recorder.run;
  if (embeddingSetId === null) return null;
  const { embeddingSets, datasets } = parts.store;
  const set = await embeddingSets.findEmbeddingSet(embeddingSetId);
  const dataset = set && (await datasets.findDataset(set.datasetId));
  if (!set || !dataset) throw new NotFoundError(`the embedding set ${embeddingSetId} is gone`);
  const imageIndices = chooseImages(dataset.imageCount, request.limit, dataset.name);
  const missing = await embeddingSets.findMissing(set.id, imageIndices);
  if (missing.length === 0) return { dataset, set, imageIndices, engine: null, modelWaitShare: null };
  if (request.datasetName !== null) return null;
  throw new BadInputError(
    `${missing.length} of ${imageIndices.length} images of "${set.name}" have no embedding yet; start a run with data set "${dataset.name}" and model "${set.modelName}" instead`,
  );
}

/** Opens the data set, stores it, and embeds those of its images that have no embedding yet. */
export async function embedImages(
  recorder: RunRecorder,
  parts: RunParts,
  signal: AbortSignal,
): Promise<EmbeddedImages & { readonly datasetSeconds: number; readonly extractionSeconds: number }> {
  const start = performance.now();
  await recorder.enterStage('EXTRACTING', 'Opening the data set', 'images', 0);
  const { request } = recorder.run;
  const images = await parts.datasets.open(request.datasetName ?? '', {
    signal,
    onProgress: (activity, { done, total }) => recorder.progress(done, total, ACTIVITIES[activity]),
  });
  signal.throwIfAborted();
  const imageIndices = chooseImages(images.size, request.limit, images.name);
  await recorder.enterStage('EXTRACTING', 'Storing the data set', 'images', images.size);
  const dataset = await parts.store.datasets.saveDataset(images);
  const datasetSeconds = (performance.now() - start) / 1000;
  const model = await findModel(request.modelName ?? '', { home: parts.home });
  const task = { images, dataset, model, imageIndices };
  const stored = await findStoredSet(task, recorder, parts);
  const { set, engine, modelWaitShare } = stored ?? (await extractMissing(task, recorder, parts, signal));
  const extractionSeconds = (performance.now() - start) / 1000 - datasetSeconds;
  return { dataset, set, imageIndices, engine, modelWaitShare, datasetSeconds, extractionSeconds };
}

type ExtractedSet = Pick<EmbeddedImages, 'set' | 'engine' | 'modelWaitShare'>;

interface ExtractionTask {
  readonly images: ImageDataset;
  readonly dataset: StoredDataset;
  readonly model: ModelDescription;
  readonly imageIndices: Int32Array;
}

/** The set with all the embeddings that a run needs, found without loading the model; null when some are missing. */
async function findStoredSet(
  { dataset, model, imageIndices }: ExtractionTask,
  recorder: RunRecorder,
  { store: { embeddingSets } }: RunParts,
): Promise<ExtractedSet | null> {
  const set = await embeddingSets.findSetOf(dataset, model, choicesOf(recorder, model));
  if (set === null || (await embeddingSets.findMissing(set.id, imageIndices)).length > 0) return null;
  await recorder.change({ embeddingSetId: set.id });
  return { set, engine: null, modelWaitShare: null };
}

async function extractMissing(
  { images, dataset, model, imageIndices }: ExtractionTask,
  recorder: RunRecorder,
  parts: RunParts,
  signal: AbortSignal,
): Promise<ExtractedSet> {
  await recorder.enterStage('EXTRACTING', 'Loading the model', 'images', imageIndices.length);
  const choices = choicesOf(recorder, model);
  const extractor = await openExtractor(model, { ...choices, engine: parts.engine, threads: parts.threads });
  try {
    const { embeddingSets } = parts.store;
    const { engineName, dimension } = extractor;
    const set = await embeddingSets.openEmbeddingSet(dataset, model, choices, engineName, dimension);
    await embeddingSets.adoptEmbeddings(set.id);
    const missing = await embeddingSets.findMissing(set.id, imageIndices);
    await recorder.change({ embeddingSetId: set.id, pointCount: imageIndices.length });
    await recorder.enterStage('EXTRACTING', 'Extracting embeddings', 'images', imageIndices.length);
    let done = imageIndices.length - missing.length;
    recorder.progress(done, imageIndices.length);
    if (missing.length === 0) return { set, engine: null, modelWaitShare: null };
    if (parts.store.kind === 'server' && missing.length > SHARD_IMAGES) {
      // The worker of this process loads it anew, or has it already.
      await extractor.close();
      await extractInShards({ dataset, set, imageIndices }, recorder, parts, signal);
      return { set, engine: extractor.engineName, modelWaitShare: null };
    }
    await withEngine('extraction', extractor.engineName, { store: parts.store, signal }, async () => {
      for await (const batch of extractor.extract({ dataset: images, imageIndices: missing, signal })) {
        await embeddingSets.saveEmbeddings(set.id, batch);
        done += batch.imageIndices.length;
        recorder.progress(done, imageIndices.length);
        parts.counter.imagesEmbedded += batch.imageIndices.length;
        parts.counter.imagesPerSecond = recorder.run.stage.ratePerSecond ?? 0;
        // The batch is stored: stopping here loses nothing.
        signal.throwIfAborted();
      }
    });
    return { set, engine: extractor.engineName, modelWaitShare: extractor.waitShare };
  } finally {
    parts.counter.imagesPerSecond = 0;
    await extractor.close();
  }
}

function choicesOf({ run: { request } }: RunRecorder, model: ModelDescription): ResolvedChoices {
  return resolveChoices(model, {
    pooling: request.pooling as Pooling,
    resolution: request.resolution ?? undefined,
    interpolation: (request.interpolation ?? undefined) as Interpolation | undefined,
    normalize: request.normalize ?? false,
  });
}

function chooseImages(size: number, limit: number | null, name: string): Int32Array {
  const imageIndices = sampleIndices(size, limit ?? undefined);
  if (imageIndices.length < MIN_POINTS) {
    throw new BadInputError(`${name}: ${imageIndices.length} images; a layout needs at least ${MIN_POINTS}`);
  }
  return imageIndices;
}
