import { sampleIndices } from '../dataset/dataset.ts';
import { NotFoundError } from '../errors.ts';
import type { LayoutTable } from '../formats/layoutTable.ts';
import type { Keyframe } from '../storage/run.ts';
import type { NamedImages, Store } from '../storage/store.ts';
import { captionOf, type DescribedRun } from './describeRun.ts';

/** A layout with labels, names and a caption, as the export formats write it. */
export function describeLayout(
  run: DescribedRun,
  { iteration, coordinates }: Keyframe,
  imageIndices: Int32Array,
  { names, label }: Pick<NamedImages, 'names' | 'label'>,
): LayoutTable {
  const codes = imageIndices.map((image) => label.codes[image]);
  return {
    positions: coordinates,
    labels: label.names.length === 0 ? null : { names: label.names, codes },
    imageIndices,
    imageNames: Array.from(imageIndices, (image) => names[image]),
    geometry: run.parameters.geometry,
    caption: captionOf(run, imageIndices.length, iteration),
    about: { run: run.name, iteration, parameters: run.parameters, quality: run.quality },
  };
}

/** The newest stored layout of a run. @throws NotFoundError when there is no such run, or no layout of it yet. */
export async function readStoredLayout(store: Store, runId: string): Promise<LayoutTable> {
  const run = await store.runs.findRun(runId);
  if (run === null) throw new NotFoundError(`no run has the id ${runId}`);
  const keyframe = await store.runs.readKeyframe(runId);
  const set = run.embeddingSetId === null ? null : await store.embeddingSets.findEmbeddingSet(run.embeddingSetId);
  if (keyframe === null || set === null) throw new NotFoundError(`run ${runId} has no layout yet`);
  const { label } = await store.datasets.readImageColumns(set.datasetId);
  const names = await store.datasets.readImageNames(set.datasetId);
  const imageIndices = sampleIndices(names.length, run.request.limit ?? undefined);
  return describeLayout(run, keyframe, imageIndices, { names, label });
}
