import type { ImageDataset } from '../dataset/dataset.ts';
import { drawTiles } from '../dataset/atlas.ts';

/** The pictures of the points of one layout, in the order of the points, on square pages. */
export interface ReplaySprites {
  /** Side of a picture in pixels. */
  readonly tile: number;
  readonly columns: number;
  /** WebP. */
  readonly pages: readonly Uint8Array[];
}

const PAGE_SIDE = 4096;
const QUALITY = 70;
/** Few points have room for large pictures; many would make the file too large to send by mail. */
const TILES = [
  { tile: 64, most: 4_096 },
  { tile: 32, most: 16_384 },
  { tile: 16, most: Infinity },
] as const;

export async function drawSprites(dataset: ImageDataset, imageIndices: Int32Array): Promise<ReplaySprites> {
  const { imageSize } = dataset;
  const own = imageSize === null ? Infinity : Math.max(imageSize.width, imageSize.height);
  const { tile } =
    TILES.find(({ tile: side, most }) => imageIndices.length <= most && side <= Math.max(own, 16)) ?? TILES[2];
  const columns = Math.min(PAGE_SIDE / tile, Math.ceil(Math.sqrt(imageIndices.length)));
  const pages: Uint8Array[] = [];
  for (let start = 0; start < imageIndices.length; start += columns * columns) {
    const images = imageIndices.subarray(start, start + columns * columns);
    pages.push(await drawTiles(dataset, images, { tile, columns, quality: QUALITY }));
  }
  return { tile, columns, pages };
}
