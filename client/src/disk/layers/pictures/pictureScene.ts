import { Buffer } from '@luma.gl/core';
import type { Device, Texture } from '@luma.gl/core';
import { ROOM_SHARE } from './pictureSize.ts';
import type { PictureSizes } from './pictureSize.ts';

/** How images lie in the atlas of a data set. */
export interface Atlas {
  /** Side of one image in pixels. */
  readonly tile: number;
  readonly columns: number;
  readonly tilesPerPage: number;
  readonly pages: number;
}

export interface PictureSource {
  readonly atlas: Atlas;
  /** Image of every point. */
  readonly imageIndices: Int32Array;
  readonly urlOf: (page: number) => string;
}

interface Page {
  texture: Texture | null;
  indices: Buffer | null;
  /** Separations of the page's points, largest first, in the order of `indices`. */
  sorted: Float32Array;
}

/** A page is 64 MB of graphics memory. */
const MOST_PAGES = 6;

/** Buffers and textures of the pictures of one layout; pages load when they are first wanted. */
export class PictureScene {
  readonly atlas: Atlas;
  readonly pointCount: number;
  readonly tiles: Buffer;
  readonly separations: Buffer;
  sizes: PictureSizes = { scalePixels: 1, minPixels: 16, maxPixels: 48 };
  private readonly pageOf: Uint16Array;
  private readonly pages: Page[];
  private readonly canceled = new AbortController();
  private readonly loading = new Set<number>();

  constructor(
    private readonly device: Device,
    private readonly source: PictureSource,
    private readonly onLoaded: () => void,
  ) {
    const { atlas, imageIndices } = source;
    this.atlas = atlas;
    this.pointCount = imageIndices.length;
    this.pageOf = new Uint16Array(this.pointCount);
    const tiles = new Float32Array(this.pointCount);
    for (let i = 0; i < this.pointCount; i++) {
      this.pageOf[i] = Math.floor(imageIndices[i]! / atlas.tilesPerPage);
      tiles[i] = imageIndices[i]! % atlas.tilesPerPage;
    }
    this.tiles = device.createBuffer({ id: 'picture-tiles', data: tiles });
    this.separations = device.createBuffer({ id: 'picture-separations', byteLength: this.pointCount * 4 });
    const pageCount = Math.min(atlas.pages, MOST_PAGES);
    this.pages = Array.from({ length: pageCount }, () => ({
      texture: null,
      indices: null,
      sorted: new Float32Array(0),
    }));
  }

  /** @param separations for every point the geodesic distance that its picture has to itself */
  setSeparations(separations: Float32Array): void {
    if (separations.length !== this.pointCount) return;
    this.separations.write(separations);
    for (const [number, page] of this.pages.entries()) {
      const points: number[] = [];
      for (let i = 0; i < this.pointCount; i++) {
        if (separations[i]! > 0 && this.pageOf[i] === number) points.push(i);
      }
      points.sort((a, b) => separations[b]! - separations[a]!);
      page.sorted = Float32Array.from(points, (point) => separations[point]!);
      page.indices?.destroy();
      page.indices =
        points.length === 0
          ? null
          : this.device.createBuffer({ usage: Buffer.INDEX, indexType: 'uint32', data: Uint32Array.from(points) });
      if (points.length > 0 && page.texture === null) void this.load(number);
    }
  }

  /** Pages that are there, each with how many of its points have room at this zoom, wherever they are seen. */
  *drawnPages(): Generator<{ texture: Texture; indices: Buffer; count: number }> {
    const least = this.sizes.minPixels / (ROOM_SHARE * this.sizes.scalePixels);
    for (const { texture, indices, sorted } of this.pages) {
      if (texture === null || indices === null) continue;
      const count = countAtLeast(sorted, least);
      if (count > 0) yield { texture, indices, count };
    }
  }

  destroy(): void {
    this.canceled.abort();
    this.tiles.destroy();
    this.separations.destroy();
    for (const page of this.pages) {
      page.texture?.destroy();
      page.indices?.destroy();
    }
  }

  /** A page that cannot be fetched leaves its points as dots. */
  private async load(number: number): Promise<void> {
    if (this.loading.has(number)) return;
    this.loading.add(number);
    try {
      const response = await fetch(this.source.urlOf(number), { signal: this.canceled.signal });
      if (!response.ok) return;
      const image = await createImageBitmap(await response.blob(), { premultiplyAlpha: 'none' });
      if (this.canceled.signal.aborted) return;
      const { width, height } = image;
      const texture = this.device.createTexture({
        width,
        height,
        format: 'rgba8unorm',
        sampler: { minFilter: 'linear', magFilter: 'nearest' },
      });
      texture.copyExternalImage({ image, width, height });
      image.close();
      this.pages[number]!.texture = texture;
      this.onLoaded();
    } catch {
      // Offline or no such page: dots stay.
    }
  }
}

/** How many of `descending` are `least` or more. */
function countAtLeast(descending: Float32Array, least: number): number {
  let low = 0;
  let high = descending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (descending[middle]! >= least) low = middle + 1;
    else high = middle;
  }
  return low;
}
