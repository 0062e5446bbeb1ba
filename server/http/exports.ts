import { pipeline } from 'node:stream/promises';
import { Router, type Request, type Response } from 'express';
import { BadInputError, NotFoundError } from '../errors.ts';
import {
  LAYOUT_FORMATS,
  LAYOUT_MEDIA_TYPES,
  writeLayout,
  type LayoutFormat,
  type WriteLayoutOptions,
} from '../export/layoutExport.ts';
import { PICTURE_SCALES, PIXELS_PER_SCALE } from '../export/pictureLayout.ts';
import type { LayoutTable } from '../formats/layoutTable.ts';
import { writeReplay } from '../export/replayFile.ts';
import { encodeNpy } from '../formats/npyWrite.ts';
import { encodeNpyHeader } from '../formats/npyEncode.ts';
import type { Services } from '../graphql/context.ts';
import { toRunType } from '../graphql/toRunType.ts';
import { describeLayout } from '../jobs/storedLayout.ts';
import { readStoredReplay, type ImageLibrary } from '../jobs/storedReplay.ts';
import type { Store } from '../storage/store.ts';

/** Rows that are read from the store at a time: a few megabytes. */
const ROWS_PER_CHUNK = 2000;
const MOST_PIXELS = PIXELS_PER_SCALE * PICTURE_SCALES.length;

/** Layouts, replays and embeddings as files. */
export function createExports(services: () => Services, images: () => ImageLibrary): Router {
  const router = Router();
  router.get('/:run/layout.:format', async ({ params, query }, response) => {
    const format = params.format as LayoutFormat;
    if (!LAYOUT_FORMATS.includes(format)) {
      throw new BadInputError(`format: "${params.format}" is not one of ${LAYOUT_FORMATS.join(', ')}`);
    }
    const options = pictureOptions(query);
    const table = await layoutTable(services(), params.run);
    describe(response, LAYOUT_MEDIA_TYPES[format], `layout.${format}`);
    await writeLayout(format, table, response, options);
    if (!response.writableEnded) response.end();
  });
  router.get('/:run/replay.html', async ({ params }, response) => {
    const { store } = services();
    const replay = await readStoredReplay(store, images(), params.run);
    describe(response, 'text/html; charset=utf-8', 'replay.html');
    await writeReplay(replay, response);
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

/** A PNG of 1040 pixels for each `scale`, or of `size` pixels; `transparent=1` without paper, `plain=1` the disk alone. */
function pictureOptions({ scale, size, transparent, plain }: Request['query']): WriteLayoutOptions {
  if (scale !== undefined && !PICTURE_SCALES.some((one) => one === scale)) {
    throw new BadInputError(`scale: ${String(scale)} is not one of ${PICTURE_SCALES.join(', ')}`);
  }
  const pixels = size === undefined ? undefined : Number(size);
  if (pixels !== undefined && !(Number.isInteger(pixels) && pixels >= 64 && pixels <= MOST_PIXELS)) {
    throw new BadInputError(`size: ${String(size)} is not a whole number of pixels from 64 to ${MOST_PIXELS}`);
  }
  return {
    size: pixels ?? (scale === undefined ? undefined : PIXELS_PER_SCALE * Number(scale)),
    transparent: transparent === '1',
    plain: plain === '1',
  };
}

async function layoutTable(services: Services, runId: string): Promise<LayoutTable> {
  const stored = await services.runs.find(runId);
  const run = toRunType(stored);
  const frame = await services.runs.layout(runId);
  if (frame === null) throw new NotFoundError(`run ${runId} has no layout yet`);
  const { dataset, imageIndices } = await services.loadedRuns.images(run);
  const { label } = await services.loadedRuns.columns(dataset.id);
  const names = await services.loadedRuns.names(dataset.id);
  const keyframe = { iteration: frame.iteration, coordinates: frame.positions };
  return describeLayout({ ...run, quality: stored.quality }, keyframe, imageIndices, { names, label });
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
