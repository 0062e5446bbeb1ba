import { pipeline } from 'node:stream/promises';
import { Router, type Response } from 'express';
import { BadInputError, NotFoundError } from '../errors.ts';
import { LAYOUT_FORMATS, LAYOUT_MEDIA_TYPES, writeLayout, type LayoutFormat } from '../export/layoutExport.ts';
import type { LayoutTable } from '../formats/layoutTable.ts';
import { encodeNpy } from '../formats/npyWrite.ts';
import { encodeNpyHeader } from '../formats/npyHeader.ts';
import type { Services } from '../graphql/context.ts';
import { toRunType } from '../graphql/toRunType.ts';
import { describeLayout } from '../jobs/storedLayout.ts';
import type { Store } from '../storage/store.ts';

/** Rows that are read from the store at a time: a few megabytes. */
const ROWS_PER_CHUNK = 2000;

/** Layouts and embeddings as files. */
export function createExports(services: () => Services): Router {
  const router = Router();
  router.get('/:run/layout.:format', async ({ params }, response) => {
    const format = params.format as LayoutFormat;
    if (!LAYOUT_FORMATS.includes(format)) {
      throw new BadInputError(`format: "${params.format}" is not one of ${LAYOUT_FORMATS.join(', ')}`);
    }
    const table = await layoutTable(services(), params.run);
    describe(response, LAYOUT_MEDIA_TYPES[format], `layout.${format}`);
    await writeLayout(format, table, response);
    if (!response.writableEnded) response.end();
  });
  router.get('/:set/embeddings.npy', async ({ params }, response) => {
    const { store } = services();
    const { set, imageIndices } = await storedImages(store, params.set);
    describe(response, LAYOUT_MEDIA_TYPES.npy, 'embeddings.npy');
    const header = encodeNpyHeader('<f4', [imageIndices.length, set.dimension]);
    await pipeline(embeddingBytes(store, set.id, imageIndices, header), response);
  });
  router.get('/:set/labels.npy', async ({ params }, response) => {
    const { store, loadedRuns } = services();
    const { set, imageIndices } = await storedImages(store, params.set);
    const { label } = await loadedRuns.columns(set.datasetId);
    const codes = BigInt64Array.from(imageIndices, (image) => BigInt(label.codes[image]));
    describe(response, LAYOUT_MEDIA_TYPES.npy, 'labels.npy');
    response.end(encodeNpy(codes, [codes.length]));
  });
  return router;
}

async function layoutTable(services: Services, runId: string): Promise<LayoutTable> {
  const run = toRunType(await services.runs.find(runId));
  const frame = await services.runs.layout(runId);
  if (frame === null) throw new NotFoundError(`run ${runId} has no layout yet`);
  const { dataset, imageIndices } = await services.loadedRuns.images(run);
  const columns = await services.loadedRuns.columns(dataset.id);
  const keyframe = { iteration: frame.iteration, coordinates: frame.positions };
  return describeLayout(run, keyframe, imageIndices, columns);
}

async function storedImages(store: Store, setId: string) {
  const set = await store.embeddingSets.findEmbeddingSet(setId);
  const dataset = set && (await store.datasets.findDataset(set.datasetId));
  if (!set || !dataset) throw new NotFoundError(`no embedding set has the id ${setId}`);
  const all = Int32Array.from({ length: dataset.imageCount }, (_, index) => index);
  const missing = new Set(await store.embeddingSets.findMissing(setId, all));
  return { set, imageIndices: all.filter((index) => !missing.has(index)) };
}

async function* embeddingBytes(
  store: Store,
  setId: string,
  imageIndices: Int32Array,
  header: Uint8Array,
): AsyncGenerator<Uint8Array> {
  yield header;
  for (let start = 0; start < imageIndices.length; start += ROWS_PER_CHUNK) {
    const { values } = await store.embeddingSets.readEmbeddings(
      setId,
      imageIndices.slice(start, start + ROWS_PER_CHUNK),
    );
    // A copy: the socket takes no shared memory.
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  }
}

function describe(response: Response, contentType: string, fileName: string): void {
  response.set({ 'Content-Type': contentType, 'Content-Disposition': `attachment; filename="${fileName}"` });
}
