import type { DownloadOptions, Progress } from '../download/download.ts';
import { openCifar10 } from './cifar10.ts';
import { locateCifar10 } from './cifar10Source.ts';
import type { ImageDataset } from './dataset.ts';
import { openEmoji } from './emoji.ts';
import { openImageArchives } from './imageArchives.ts';
import { openImageFolder } from './imageFolder.ts';
import { requireInsideRoot, type ImagesRoot } from './imagesRoot.ts';
import { locateImages, type LocatedImages } from './locateImages.ts';
import { openParquetDataset } from './parquetDataset.ts';
import type { PublishedFile } from './publishedFile.ts';

export interface OpenDatasetOptions {
  /** Folder for downloads and rendered images, e.g. `<home>/datasets`. */
  readonly cacheFolder: string;
  readonly cifar10Dir?: string | undefined;
  readonly imagesRoot?: ImagesRoot;
  /** Where CIFAR-10 is downloaded from; its official address by default. */
  readonly cifar10Archive?:
    (PublishedFile & Pick<DownloadOptions, 'stallMilliseconds' | 'retryMilliseconds'>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called while something is downloaded (bytes), rendered or indexed (images). */
  readonly onProgress?: ((activity: 'download' | 'render' | 'index', progress: Progress) => void) | undefined;
}
export type OpenDataset = (name: string, options: OpenDatasetOptions) => Promise<ImageDataset>;

/**
 * Opens a data set by its name: `cifar10`, `cifar10/train`, `cifar10/test`, `emoji`, or the path of images
 * (see `locateImages`).
 * @throws BadInputError when there is no such data set, or its files are damaged.
 * @throws UnavailableError when it would have to be downloaded and cannot.
 * @throws InterruptedError when the signal is aborted.
 */
export async function openDataset(name: string, options: OpenDatasetOptions): Promise<ImageDataset> {
  switch (name) {
    case 'cifar10':
      return openCifar10(await locateCifar10(options), null, options);
    case 'cifar10/train':
      return openCifar10(await locateCifar10(options), 'train', options);
    case 'cifar10/test':
      return openCifar10(await locateCifar10(options), 'test', options);
    case 'emoji':
      return openEmoji(options);
    default:
      return openImages(name, options);
  }
}

const NAMES: ReadonlySet<string> = new Set(['cifar10', 'cifar10/train', 'cifar10/test', 'emoji']);

/**
 * Refuses at once what can never be opened; nothing is downloaded or indexed.
 * @throws BadInputError for an unknown name, a file of another kind, or a folder without images; ForbiddenError for a
 * path outside of `imagesRoot`.
 */
export async function requireDataset(name: string, imagesRoot?: ImagesRoot): Promise<void> {
  if (!NAMES.has(name)) await locateInside(name, imagesRoot);
}

/** The parts are looked at too: a name in braces is no path itself, and one of its parts may be a link that leads out. */
async function locateInside(name: string, imagesRoot: ImagesRoot): Promise<LocatedImages> {
  await requireInsideRoot(name, imagesRoot);
  const located = await locateImages(name);
  for (const file of located.files) await requireInsideRoot(file, imagesRoot);
  return located;
}

async function openImages(name: string, options: OpenDatasetOptions): Promise<ImageDataset> {
  const { kind, path, files } = await locateInside(name, options.imagesRoot);
  if (kind === 'folder') return openImageFolder(path, options);
  return kind === 'archives' ? openImageArchives(path, files, options) : openParquetDataset(path, files, options);
}
