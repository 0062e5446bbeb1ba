import type { ImageDataset, RgbImage } from '../dataset/dataset.ts';

/** Consecutive images of a request, decoded; the buffers belong to the group alone. */
export interface ImageGroup {
  readonly imageIndices: Int32Array;
  readonly images: readonly RgbImage[];
}

export interface GroupLimits {
  readonly images: number;
  /** Pixel bytes after which a group is closed early, so that large photos do not fill the memory. */
  readonly bytes: number;
  /** Images being decoded at the same time. */
  readonly readAhead: number;
}

/** Decodes images ahead of their use and gives them in order, in groups. Nothing more is read while nobody asks. */
export async function* readImageGroups(
  dataset: ImageDataset,
  imageIndices: Int32Array,
  limits: GroupLimits,
): AsyncGenerator<ImageGroup, void, void> {
  let images: RgbImage[] = [];
  let start = 0;
  let bytes = 0;
  for await (const image of readAhead(dataset, imageIndices, limits.readAhead)) {
    images.push(image);
    bytes += image.data.length;
    const end = start + images.length;
    if (images.length >= limits.images || bytes >= limits.bytes || end === imageIndices.length) {
      yield { imageIndices: imageIndices.slice(start, end), images };
      images = [];
      bytes = 0;
      start = end;
    }
  }
}

async function* readAhead(
  dataset: ImageDataset,
  imageIndices: Int32Array,
  count: number,
): AsyncGenerator<RgbImage, void, void> {
  const reading: Promise<RgbImage>[] = [];
  let next = 0;
  const readNext = (): void => {
    const image = dataset.readPixels(imageIndices[next++]).then(detachable);
    // A failure is thrown when its turn comes; until then it must not count as unhandled.
    image.catch(() => undefined);
    reading.push(image);
  };
  while (next < imageIndices.length || reading.length > 0) {
    while (reading.length < count && next < imageIndices.length) readNext();
    yield await reading.shift()!;
  }
}

/** The image in a buffer of its own, which can be given to another thread; a data set's may be a view of its cache. */
function detachable({ width, height, data }: RgbImage): RgbImage {
  return { width, height, data: new Uint8Array(data) };
}
