import { sampleIndices } from '../dataset/dataset.ts';
import { BadInputError, NotFoundError } from '../errors.ts';
import type { ProjectionParameters } from '../storage/run.ts';
import type { Store } from '../storage/store.ts';
import type { EmbeddedImages } from './embedImages.ts';

/**
 * The layout of the run to start from, in the order of these images; NaN for an image that it lacks.
 * @returns null when the parameters name no run.
 * @throws NotFoundError when it is gone; BadInputError when it shows other images.
 */
export async function readInitialRun(
  { initialRunId }: ProjectionParameters,
  { dataset, imageIndices }: EmbeddedImages,
  store: Store,
): Promise<Float64Array | null> {
  if (initialRunId === null) return null;
  const run = await store.runs.findRun(initialRunId);
  const keyframe = await store.runs.readKeyframe(initialRunId);
  const setId = run?.embeddingSetId ?? null;
  const set = setId === null ? null : await store.embeddingSets.findEmbeddingSet(setId);
  if (run === null || keyframe === null || set === null) {
    throw new NotFoundError(`initialRunId: run ${initialRunId} has no layout any more`);
  }
  if (set.datasetId !== dataset.id) {
    throw new BadInputError(`initialRunId: run ${initialRunId} shows other images than ${dataset.name}`);
  }
  const places = new Map<number, number>();
  sampleIndices(dataset.imageCount, run.request.limit ?? undefined).forEach((image, point) => places.set(image, point));
  const start = new Float64Array(2 * imageIndices.length).fill(Number.NaN);
  imageIndices.forEach((image, point) => {
    const place = places.get(image);
    if (place === undefined) return;
    start[2 * point] = keyframe.coordinates[2 * place]!;
    start[2 * point + 1] = keyframe.coordinates[2 * place + 1]!;
  });
  return start;
}
