import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { DownloadOptions } from '../download/download.ts';
import { BadInputError } from '../errors.ts';
import { errorCode, unreadable } from '../formats/files.ts';
import { throwIfInterrupted } from './boundedMap.ts';
import { CIFAR10_FILES, checkCifar10Folder } from './cifar10Files.ts';
import { fetchPublishedFile, type PublishedFile } from './publishedFile.ts';

/** The binary version as its authors publish it, https://www.cs.toronto.edu/~kriz/cifar.html. */
export const CIFAR10_ARCHIVE: PublishedFile = {
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  bytes: 170_052_171,
  md5: 'c32a1d4ab5d03f1284b67883e8d87530',
};

const ARCHIVE_FOLDER = 'cifar-10-batches-bin';
/** Nothing else is taken out of the archive, whatever it holds. */
const MEMBERS = new Map(
  [...CIFAR10_FILES.map((file) => file.name), 'batches.meta.txt'].map((name) => [`${ARCHIVE_FOLDER}/${name}`, name]),
);

/** The folder of the six files within the cache, whether it exists or not. */
export function cachedCifar10Folder(cacheFolder: string): string {
  return join(cacheFolder, 'cifar10', ARCHIVE_FOLDER);
}

/**
 * Downloads and unpacks CIFAR-10 into the cache; the folder appears there whole or not at all.
 * @returns the folder of the six files.
 * @throws UnavailableError, InterruptedError as `fetchPublishedFile`; BadInputError when the archive lacks a file.
 */
export async function fetchCifar10(
  cacheFolder: string,
  source: PublishedFile,
  options: DownloadOptions,
  complete = true,
): Promise<string> {
  const folder = cachedCifar10Folder(cacheFolder);
  const archive = join(dirname(folder), 'cifar-10-binary.tar.gz');
  await fetchPublishedFile(source, archive, options);
  const unpacked = await mkdtemp(join(dirname(folder), '.unpacking-'));
  try {
    await unpack(archive, unpacked, options.signal);
    await checkCifar10Folder(unpacked, complete);
    await replaceFolder(unpacked, folder);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
  await rm(archive, { force: true });
  return folder;
}

async function unpack(archive: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(folder, { recursive: true });
  const tar = extract();
  const reading = pipeline(createReadStream(archive), createGunzip(), tar, { signal });
  const writing = (async () => {
    for await (const entry of tar) {
      const name = entry.header.type === 'file' ? MEMBERS.get(entry.header.name.replace(/^\.\//, '')) : undefined;
      if (name === undefined) entry.resume();
      else await pipeline(entry, createWriteStream(join(folder, name), { flags: 'wx' }));
    }
  })();
  try {
    await Promise.all([reading, writing]);
  } catch (error) {
    throwIfInterrupted(signal);
    throw unreadable(archive, 'a .tar.gz archive', error);
  }
}

async function replaceFolder(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  try {
    await rename(from, to);
  } catch (error) {
    // Another process was faster, with the same verified content.
    if (!['EEXIST', 'ENOTEMPTY'].includes(errorCode(error))) {
      throw new BadInputError(`${to}: cannot be written`, { cause: error });
    }
  }
}
