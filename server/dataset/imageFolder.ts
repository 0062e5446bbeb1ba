import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { forEachBounded } from './boundedMap.ts';
import type { DatasetFailure, ImageDataset } from './dataset.ts';
import { firstLine, type InspectedImage } from './encodedImage.ts';
import { EncodedImageDataset, noImagesFound } from './encodedImageDataset.ts';
import { listFiles, scanImage } from './imageFolderScan.ts';
import { readImageMetadata } from './imageMetadata.ts';
import { IndexCache } from './indexCache.ts';
import type { OpenDatasetOptions } from './openDataset.ts';

/** Files in work at a time: enough to keep the disk and the decoder busy, few enough to bound memory. */
const SCAN_CONCURRENCY = 8;

/** What is known of a file, and the size and time that it had then. */
interface KnownFile {
  readonly stamp: string;
  readonly image: InspectedImage;
}

/**
 * Opens a folder of JPEG, PNG, WebP, GIF (first frame) and AVIF files, with those in its subfolders. The first folder
 * level gives the label; `metadata.csv` or `metadata.jsonl` gives further columns, and a label of its own. A file that
 * cannot be used is listed in `failures` and left out. What was read of a file is remembered for as long as its size and
 * time stay, so that a large folder opens quickly the second time.
 * @throws BadInputError when no usable image is left.
 */
export async function openImageFolder(
  folder: string,
  options: Pick<OpenDatasetOptions, 'cacheFolder' | 'signal' | 'onProgress'>,
): Promise<ImageDataset> {
  const root = resolve(folder);
  const { files, failures } = await listFiles(root, options.signal);
  const cache = new IndexCache(options.cacheFolder, root);
  const known = knownFiles(await cache.read());
  const scanned = new Array<KnownFile | DatasetFailure>(files.length);
  let done = 0;
  let read = 0;
  const scan = async (index: number): Promise<void> => {
    const file = files[index];
    try {
      const { size, mtimeMs } = await stat(join(root, file));
      const stamp = `${size}:${mtimeMs}`;
      const before = known.get(file);
      if (before?.stamp === stamp) scanned[index] = before;
      else {
        read++;
        scanned[index] = { stamp, image: await scanImage(join(root, file), size) };
      }
    } catch (error) {
      scanned[index] = { file, reason: firstLine(error) };
    }
    options.onProgress?.('index', { done: ++done, total: files.length });
  };
  await forEachBounded(files.length, SCAN_CONCURRENCY, scan, options.signal);
  const usable = files.filter((_, index) => 'image' in scanned[index]);
  const found = scanned.filter((entry): entry is KnownFile => 'image' in entry);
  const allFailures = [...failures, ...scanned.filter((entry): entry is DatasetFailure => 'reason' in entry)];
  if (found.length === 0) throw noImagesFound(root, allFailures);
  if (read > 0 || known.size !== found.length)
    await cache.write(usable.map((file, index) => lineOf(file, found[index])));
  const { labels, columns, numbers, failures: unused } = await readImageMetadata(root, usable);
  return new EncodedImageDataset({
    name: root,
    kind: 'folder',
    images: usable.map((name, index) => ({
      ...found[index].image,
      name,
      label: labels?.[index] ?? firstLevel(name),
    })),
    columns,
    numbers,
    hasMetadata: labels !== null || columns.length > 0,
    failures: [...allFailures, ...unused],
    read: (index) => Promise.resolve(join(root, usable[index])),
    close: () => Promise.resolve(),
  });
}

function firstLevel(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
}

function lineOf(file: string, { stamp, image }: KnownFile): readonly (string | number)[] {
  return [file, stamp, image.width, image.height, image.hash];
}

function knownFiles(lines: readonly (readonly (string | number)[])[] | null): ReadonlyMap<string, KnownFile> {
  return new Map(
    (lines ?? []).map(([file, stamp, width, height, hash]) => [
      String(file),
      { stamp: String(stamp), image: { width: Number(width), height: Number(height), hash: String(hash) } },
    ]),
  );
}
