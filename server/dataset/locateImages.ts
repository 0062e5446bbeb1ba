import { opendir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BadInputError } from '../errors.ts';
import { hasImageExtension } from './encodedImage.ts';
import { noImagesFound } from './encodedImageDataset.ts';
import { isArchiveName } from './imageArchives.ts';
import { listFiles } from './imageFolderScan.ts';

export interface LocatedImages {
  readonly kind: 'folder' | 'archives' | 'parquet';
  /** Absolute. */
  readonly path: string;
  /** Absolute paths of the archives or tables; empty for a folder. */
  readonly files: readonly string[];
}

const EXPECTED =
  'give cifar10, cifar10/train, cifar10/test, emoji, a folder of images, a .zip or .tar archive, or a Parquet file';
const MAX_SHARDS = 100_000;
const isParquetName = (name: string): boolean => /\.parquet$/i.test(name);

/**
 * Tells what a path names: a folder of images; a zip, tar or .tar.gz archive; a Parquet file; a folder of archives or of
 * Parquet files, which are the parts of one data set; or such parts in braces, as in `shard-{000000..000031}.tar`.
 * @throws BadInputError when it names none of these.
 */
export async function locateImages(name: string): Promise<LocatedImages> {
  const path = resolve(name);
  const status = await stat(path).catch(() => null);
  if (status?.isDirectory() === true) return locateInFolder(path);
  const files = status === null ? expandBraces(path) : [path];
  for (const file of files) {
    const found = status ?? (await stat(file).catch(() => null));
    if (found === null) {
      const what = files.length > 1 ? `the part ${file} is missing` : 'no such data set or folder';
      throw new BadInputError(`${name}: ${what}; ${EXPECTED}`);
    }
    if (!found.isFile()) throw new BadInputError(`${file}: is not a file`);
  }
  if (files.every(isArchiveName)) return { kind: 'archives', path, files };
  if (files.every(isParquetName)) return { kind: 'parquet', path, files };
  throw new BadInputError(`${name}: is a file, not a folder, an archive or a Parquet file; ${EXPECTED}`);
}

async function locateInFolder(path: string): Promise<LocatedImages> {
  if (await holdsFile(path, hasImageExtension)) return { kind: 'folder', path, files: [] };
  for (const [kind, accepts] of [
    ['parquet', isParquetName],
    ['archives', isArchiveName],
  ] as const) {
    if (!(await holdsFile(path, accepts))) continue;
    const { files, failures } = await listFiles(path, undefined, accepts);
    if (files.length === 0) throw noImagesFound(path, failures);
    return { kind, path, files: files.map((file) => join(path, file)) };
  }
  throw noImagesFound(path, []);
}

/** `a-{008..010}.tar` as a-008.tar, a-009.tar, a-010.tar. */
function expandBraces(path: string): string[] {
  const [, before, first, last, after] = /^(.*)\{(\d+)\.\.(\d+)\}(.*)$/.exec(path) ?? [];
  if (before === undefined) return [path];
  const count = Number(last) - Number(first) + 1;
  if (count < 1 || count > MAX_SHARDS) {
    throw new BadInputError(`${path}: {${first}..${last}} names ${count} parts; 1 to ${MAX_SHARDS} are possible`);
  }
  return Array.from({ length: count }, (_, offset) => {
    const number = String(Number(first) + offset).padStart(first.length, '0');
    return before + number + after;
  });
}

/** Whether a folder has, at any depth, a file whose name is accepted. Ends with the first one. */
async function holdsFile(root: string, accepts: (name: string) => boolean): Promise<boolean> {
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for await (const entry of await opendir(folder)) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) pending.push(join(folder, entry.name));
      else if (accepts(entry.name)) return true;
    }
  }
  return false;
}
