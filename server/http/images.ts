import { Router, type Response } from 'express';
import { ATLAS_TILES, type AtlasCache, type AtlasTile } from '../dataset/atlas.ts';
import { encodePng } from '../dataset/png.ts';
import { BadInputError, NotFoundError } from '../errors.ts';
import type { DatasetLibrary } from '../jobs/datasetLibrary.ts';

/** What the pictures come from, once the store is open. */
export interface ImageSources {
  readonly datasets: DatasetLibrary;
  readonly atlas: AtlasCache;
}

/** `/DATASET/INDEX.png`, enlarged without smoothing by the query parameter `scale` (1 to 16). */
export function createImages(sources: () => ImageSources): Router {
  const router = Router();
  router.get('/:dataset/:index.png', async ({ params, query }, response) => {
    const dataset = await sources().datasets.byId(params.dataset);
    const index = wholeNumber('index', params.index);
    if (index >= dataset.size)
      throw new NotFoundError(`${dataset.name} has no image ${index}, only 0 to ${dataset.size - 1}`);
    const scale = query.scale === undefined ? 1 : wholeNumber('scale', query.scale);
    if (scale < 1 || scale > 16) throw new BadInputError(`scale: ${scale} is not between 1 and 16`);
    send(response, 'image/png', await encodePng(await dataset.readPixels(index), { scale }));
  });
  return router;
}

/** `/DATASET/PAGE.webp`, with tiles of the size that fits or of the query parameter `tile`. */
export function createAtlas(sources: () => ImageSources): Router {
  const router = Router();
  router.get('/:dataset/:page.webp', async ({ params, query }, response) => {
    const { datasets, atlas } = sources();
    const dataset = await datasets.byId(params.dataset);
    const tile = query.tile === undefined ? undefined : (wholeNumber('tile', query.tile) as AtlasTile);
    if (tile !== undefined && !ATLAS_TILES.includes(tile)) {
      throw new BadInputError(`tile: ${tile} is not one of ${ATLAS_TILES.join(', ')}`);
    }
    send(response, 'image/webp', await atlas.page(dataset, wholeNumber('page', params.page), tile));
  });
  return router;
}

/** The id of a data set changes with its images, so what it names never changes. */
function send(response: Response, contentType: string, bytes: Uint8Array): void {
  response.set({ 'Content-Type': contentType, 'Cache-Control': 'private, max-age=31536000, immutable' });
  response.end(bytes);
}

function wholeNumber(name: string, text: unknown): number {
  if (typeof text !== 'string' || !/^\d{1,9}$/.test(text)) {
    throw new BadInputError(`${name}: "${String(text)}" is not a whole number`);
  }
  return Number(text);
}
