import type { ImageDataset, RgbImage } from '../../server/dataset/dataset.ts';

export interface MemoryDatasetOptions {
  readonly size: number;
  /** The pixels of an image, made when they are asked for. */
  readonly image: (index: number) => RgbImage | Promise<RgbImage>;
}

/** A data set of images that are made on demand. */
export function memoryDataset({ size, image }: MemoryDatasetOptions): ImageDataset {
  return {
    name: 'memory',
    kind: 'folder',
    size,
    fingerprint: 'memory',
    imageSize: null,
    label: { name: 'label', names: [], codes: new Int32Array(size).fill(-1) },
    columns: [],
    failures: [],
    imageName: (index) => `image-${index}`,
    readPixels: async (index) => image(index),
    close: async () => undefined,
  };
}

/** An image with a pattern of its own. */
export function patternImage(index: number, width = 32, height = 32): RgbImage {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * (index + 3) + ((i * i) >> 5)) & 255);
  return { width, height, data };
}
