import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { BadInputError, NotFoundError } from '../errors.ts';
import { atomicWrite } from '../formats/atomicWrite.ts';
import { forEachBounded } from './boundedMap.ts';
import type { ImageDataset, RgbImage } from './dataset.ts';

/** Side of a page in pixels: the largest texture that every WebGL2 device takes and WebP encodes. */
export const ATLAS_PAGE_SIDE = 4096;
export const ATLAS_TILES = [32, 64] as const;
/** Side of a tile in pixels. */
export type AtlasTile = (typeof ATLAS_TILES)[number];

const DECODE_CONCURRENCY = 16;
const WEBP_QUALITY = 80;
/** Color of a tile whose image cannot be decoded. */
const BLANK = 0xdd;

/**
 * How images lie in an atlas: image i is on page ⌊i / tilesPerPage⌋; with j = i mod tilesPerPage its tile is in column
 * j mod columns and row ⌊j / columns⌋, counted from the upper left corner. Every page is 4096 × 4096 pixels; the part
 * after the last image is black.
 */
export interface AtlasLayout {
  readonly tile: AtlasTile;
  readonly columns: number;
  readonly tilesPerPage: number;
  readonly pages: number;
}

/** 32-pixel tiles for images that are no larger, else 64. */
export function atlasLayout(dataset: Pick<ImageDataset, 'size' | 'imageSize'>, tile?: AtlasTile): AtlasLayout {
  const { size, imageSize } = dataset;
  const small = imageSize !== null && Math.max(imageSize.width, imageSize.height) <= 32;
  const chosen = tile ?? (small ? 32 : 64);
  const columns = ATLAS_PAGE_SIDE / chosen;
  const tilesPerPage = columns * columns;
  return { tile: chosen, columns, tilesPerPage, pages: Math.ceil(size / tilesPerPage) };
}

/**
 * Draws one page as WebP.
 * @throws NotFoundError when there is no such page.
 */
export async function renderAtlasPage(dataset: ImageDataset, page: number, tile?: AtlasTile): Promise<Uint8Array> {
  const layout = atlasLayout(dataset, tile);
  if (!Number.isInteger(page) || page < 0 || page >= layout.pages) {
    throw new NotFoundError(`${dataset.name} has no atlas page ${page}; pages are 0 to ${layout.pages - 1}`);
  }
  const first = page * layout.tilesPerPage;
  const count = Math.min(layout.tilesPerPage, dataset.size - first);
  const indices = Array.from({ length: count }, (_, position) => first + position);
  return drawTiles(dataset, indices, { ...layout, quality: WEBP_QUALITY });
}

export interface TilePage {
  /** Side of a tile in pixels. */
  readonly tile: number;
  /** Tiles in a row; the page has as many rows. */
  readonly columns: number;
  /** Of WebP, 1 to 100. */
  readonly quality: number;
}

/** Images of a data set in rows on one square page, as WebP; what is left of the page is black. */
export async function drawTiles(
  dataset: ImageDataset,
  indices: ArrayLike<number>,
  { tile, columns, quality }: TilePage,
): Promise<Uint8Array> {
  const side = tile * columns;
  // Not filled with a color: touching 50 MB at once would hold up the event loop for 0.2 s.
  const pixels = new Uint8Array(side * side * 3);
  await forEachBounded(indices.length, DECODE_CONCURRENCY, async (position) => {
    placeTile(pixels, await readTile(dataset, indices[position], tile), position, { tile, columns });
  });
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .webp({ quality, effort: 1 })
    .toBuffer();
}

/** Atlas pages kept on disk; a page that is asked for several times at once is drawn once. */
export class AtlasCache {
  private readonly drawing = new Map<string, Promise<Uint8Array>>();

  /** @param folder where pages are kept, e.g. `<home>/atlas`. */
  constructor(private readonly folder: string) {}

  /** A page as WebP. @throws NotFoundError when there is no such page. */
  async page(dataset: ImageDataset, page: number, tile?: AtlasTile): Promise<Uint8Array> {
    const layout = atlasLayout(dataset, tile);
    const file = join(this.folder, `${dataset.fingerprint.slice(0, 32)}-${layout.tile}-${page}.webp`);
    const running = this.drawing.get(file);
    if (running !== undefined) return running;
    const drawn = this.readOrDraw(file, dataset, page, layout.tile).finally(() => this.drawing.delete(file));
    this.drawing.set(file, drawn);
    return drawn;
  }

  private async readOrDraw(file: string, dataset: ImageDataset, page: number, tile: AtlasTile): Promise<Uint8Array> {
    const kept = await readFile(file).catch(() => null);
    if (kept !== null) return kept;
    const drawn = await renderAtlasPage(dataset, page, tile);
    await atomicWrite(file, drawn);
    return drawn;
  }
}

async function readTile(dataset: ImageDataset, index: number, tile: number): Promise<Uint8Array> {
  let image: RgbImage;
  try {
    image = await dataset.readPixels(index);
  } catch (error) {
    // One damaged file must not cost the page.
    if (error instanceof BadInputError) return new Uint8Array(tile * tile * 3).fill(BLANK);
    throw error;
  }
  const { width, height, data } = image;
  if (width === tile && height === tile) return data;
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize(tile, tile, { fit: 'contain', background: '#ffffff' })
    .toColorspace('srgb')
    .raw()
    .toBuffer();
}

function placeTile(
  page: Uint8Array,
  pixels: Uint8Array,
  position: number,
  { tile, columns }: Pick<TilePage, 'tile' | 'columns'>,
): void {
  const left = (position % columns) * tile;
  const top = Math.floor(position / columns) * tile;
  for (let y = 0; y < tile; y++) {
    page.set(pixels.subarray(y * tile * 3, (y + 1) * tile * 3), ((top + y) * tile * columns + left) * 3);
  }
}
