import { BadInputError, UnavailableError } from '../errors.ts';
import { CIFAR10_ARCHIVE, cachedCifar10Folder, fetchCifar10 } from './cifar10Archive.ts';
import { checkCifar10Folder, type Cifar10File } from './cifar10Files.ts';
import { answersHead } from '../download/httpRequest.ts';
import type { OpenDatasetOptions } from './openDataset.ts';

type SourceOptions = Pick<OpenDatasetOptions, 'cacheFolder' | 'cifar10Dir' | 'cifar10Archive'>;

/**
 * The six files: from the folder that CIFAR10_DIR names, else from the cache, else downloaded.
 * @throws BadInputError when CIFAR10_DIR names a folder that does not hold them.
 * @throws UnavailableError when they would have to be downloaded and cannot.
 */
export async function locateCifar10(options: OpenDatasetOptions): Promise<Cifar10File[]> {
  if (options.cifar10Dir !== undefined) return checkCifar10Folder(options.cifar10Dir, false);
  const cached = await findCached(options);
  if (cached !== null) return cached;
  const source = options.cifar10Archive ?? CIFAR10_ARCHIVE;
  const { signal, onProgress, cacheFolder } = options;
  const report =
    onProgress &&
    ((progress: { done: number; total: number }) => {
      onProgress('download', progress);
    });
  try {
    const folder = await fetchCifar10(
      cacheFolder,
      source,
      { ...source, signal, onProgress: report },
      isOfficial(source),
    );
    return await checkCifar10Folder(folder, isOfficial(source));
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    throw new UnavailableError(
      `CIFAR-10 is not here: ${error.message}; CIFAR10_DIR can name a folder with its six .bin files`,
      { cause: error },
    );
  }
}

/** Whether CIFAR-10 can be opened without a download. */
export async function isCifar10AtHand(options: SourceOptions): Promise<boolean> {
  if (options.cifar10Dir !== undefined) {
    return checkCifar10Folder(options.cifar10Dir, false).then(
      () => true,
      () => false,
    );
  }
  return (await findCached(options)) !== null;
}

/** Whether the server of the official download answers, asked with a short patience. */
export async function isReachable(url: string = CIFAR10_ARCHIVE.url, milliseconds = 3000): Promise<boolean> {
  return answersHead(url, milliseconds);
}

async function findCached(options: SourceOptions): Promise<Cifar10File[] | null> {
  const folder = cachedCifar10Folder(options.cacheFolder);
  try {
    return await checkCifar10Folder(folder, isOfficial(options.cifar10Archive ?? CIFAR10_ARCHIVE));
  } catch (error) {
    // A damaged cache is as good as none: it is fetched anew.
    if (error instanceof BadInputError) return null;
    throw error;
  }
}

function isOfficial(source: { readonly md5: string }): boolean {
  return source.md5 === CIFAR10_ARCHIVE.md5;
}
