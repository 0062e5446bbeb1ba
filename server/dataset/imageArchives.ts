import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { temporaryNameBeside } from '../formats/atomicWrite.ts';
import { gunzipTar, openTar, openZip, type Archive } from './archive.ts';
import { forEachBounded } from './boundedMap.ts';
import type { DatasetFailure, ImageDataset } from './dataset.ts';
import { firstLine, hasImageExtension, inspectImage } from './encodedImage.ts';
import { EncodedImageDataset, noImagesFound, type IndexedImage } from './encodedImageDataset.ts';
import { IndexCache } from './indexCache.ts';
import type { OpenDatasetOptions } from './openDataset.ts';

const READ_CONCURRENCY = 8;
/** Class files of the WebDataset layout hold a number or a word. */
const MAX_CLASS_BYTES = 1 << 16;

type ArchiveOptions = Pick<OpenDatasetOptions, 'cacheFolder' | 'signal' | 'onProgress'>;

/** An image within one of the archives. */
interface MemberImage extends IndexedImage {
  readonly position: number;
}

interface IndexedArchive {
  readonly archive: Archive;
  readonly images: readonly MemberImage[];
  readonly failures: readonly DatasetFailure[];
}

export function isArchiveName(name: string): boolean {
  return /\.(zip|tar|tar\.gz|tgz)$/i.test(name);
}

/**
 * Opens images in zip, tar and .tar.gz archives, several of them as the shards of one data set. The label of an image is
 * its class in the WebDataset layout (`KEY.cls` beside `KEY.jpg`, or `label` or `cls` in `KEY.json`), else the first
 * folder level that is not common to all.
 * @throws BadInputError when an archive cannot be read, or no usable image is left.
 */
export async function openImageArchives(
  name: string,
  paths: readonly string[],
  options: ArchiveOptions,
): Promise<ImageDataset> {
  const opened: IndexedArchive[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map(({ archive }) => archive.close()));
  };
  try {
    for (const path of paths) opened.push(await openIndexed(path, options));
    const prefix = (shard: number): string => (paths.length > 1 ? `${basename(paths[shard])}/` : '');
    const failures = opened.flatMap((shard, at) =>
      shard.failures.map(({ file, reason }) => ({ file: prefix(at) + file, reason })),
    );
    const places = opened.flatMap(({ archive, images }, at) =>
      images.map((image) => ({ archive, image, name: prefix(at) + image.name })),
    );
    if (places.length === 0)
      throw noImagesFound(name, failures, 'an archive of JPEG, PNG, WebP, GIF or AVIF files is expected');
    return new EncodedImageDataset({
      name,
      kind: 'archive',
      images: places.map((place) => ({ ...place.image, name: place.name })),
      failures,
      read: (index) => places[index].archive.read(places[index].image.position),
      close,
    });
  } catch (error) {
    await close();
    throw error;
  }
}

async function openIndexed(path: string, options: ArchiveOptions): Promise<IndexedArchive> {
  const archive = await openArchive(path, options);
  try {
    const { size, mtimeMs } = await stat(path);
    const cache = new IndexCache(options.cacheFolder, `${path}:${size}:${mtimeMs}`);
    const lines = await cache.read();
    if (lines !== null) return { archive, ...fromLines(lines) };
    const index = await indexArchive(archive, options);
    await cache.write(toLines(index));
    return { archive, ...index };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

async function openArchive(path: string, { cacheFolder, signal }: ArchiveOptions): Promise<Archive> {
  if (/\.zip$/i.test(path)) return openZip(path);
  if (/\.tar$/i.test(path)) return openTar(path, signal);
  const { size, mtimeMs } = await stat(path);
  const folder = join(cacheFolder, 'unpacked');
  const key = createHash('sha256').update(`${path}:${size}:${mtimeMs}`).digest('hex').slice(0, 32);
  const target = join(folder, `${key}.tar`);
  if ((await stat(target).catch(() => null)) === null) {
    await mkdir(folder, { recursive: true });
    const temporary = temporaryNameBeside(target);
    try {
      await gunzipTar(path, size, temporary, signal);
      await rename(temporary, target);
    } finally {
      await rm(temporary, { force: true });
    }
  }
  return openTar(target, signal);
}

type Index = Pick<IndexedArchive, 'images' | 'failures'>;

async function indexArchive(archive: Archive, { signal, onProgress }: ArchiveOptions): Promise<Index> {
  const { members } = archive;
  const wanted = members.flatMap(({ name }, position) =>
    isHidden(name) || !hasImageExtension(name) ? [] : [position],
  );
  const classes = await readClasses(archive, signal);
  const folders = labelFolders(
    wanted.map((position) => (members[position].refusal === null ? members[position].name : null)),
  );
  const found = new Array<MemberImage | DatasetFailure>(wanted.length);
  let done = 0;
  const inspect = async (index: number): Promise<void> => {
    const position = wanted[index];
    const { name, refusal } = members[position];
    try {
      if (refusal !== null) throw new Error(refusal);
      const label = classes.get(sampleKey(name)) ?? folders[index];
      found[index] = { ...(await inspectImage(await archive.read(position))), name, label, position };
    } catch (error) {
      found[index] = { file: name, reason: firstLine(error) };
    }
    onProgress?.('index', { done: ++done, total: wanted.length });
  };
  await forEachBounded(wanted.length, READ_CONCURRENCY, inspect, signal);
  return {
    images: found.filter((entry): entry is MemberImage => 'hash' in entry),
    failures: found.filter((entry): entry is DatasetFailure => 'reason' in entry),
  };
}

/** The classes of a WebDataset, by the key of their sample. */
async function readClasses(archive: Archive, signal: AbortSignal | undefined): Promise<ReadonlyMap<string, string>> {
  const classes = new Map<string, string>();
  const files = archive.members.flatMap(({ name, bytes, refusal }, position) =>
    refusal === null && bytes <= MAX_CLASS_BYTES && /\.(cls|json)$/i.test(name) ? [position] : [],
  );
  const read = async (index: number): Promise<void> => {
    const { name } = archive.members[files[index]];
    const text = Buffer.from(await archive.read(files[index]))
      .toString('utf8')
      .trim();
    const value = /\.cls$/i.test(name) ? text : classInJson(text);
    if (value !== null && !(classes.has(sampleKey(name)) && /json$/i.test(name))) classes.set(sampleKey(name), value);
  };
  await forEachBounded(files.length, READ_CONCURRENCY, read, signal);
  return classes;
}

function classInJson(text: string): string | null {
  try {
    const { label, cls } = JSON.parse(text) as Record<string, unknown>;
    const value = label ?? cls;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  } catch {
    // A sidecar that is no JSON object says nothing of the class.
    return null;
  }
}

/** WebDataset's rule: files belong together whose paths agree up to the first dot of the file name. */
function sampleKey(name: string): string {
  const start = name.lastIndexOf('/') + 1;
  const dot = name.indexOf('.', start);
  return dot < 0 ? name : name.slice(0, dot);
}

/** The first folder level after those that all images share, as an archive of one folder has. Null for no image. */
function labelFolders(names: readonly (string | null)[]): string[] {
  const folders = names.map((name) => name?.split('/').slice(0, -1) ?? null);
  const known = folders.filter((parts) => parts !== null);
  const [first = []] = known;
  const differs = first.findIndex((part, level) => known.some((other) => other[level] !== part));
  const common = differs < 0 ? first.length : differs;
  return folders.map((parts) => parts?.[common] ?? '');
}

/** Hidden files, and the resource forks that macOS adds to archives. */
function isHidden(name: string): boolean {
  return name.split('/').some((part) => part === '__MACOSX' || (part.startsWith('.') && part !== '..' && part !== '.'));
}

function toLines({ images, failures }: Index): (string | number)[][] {
  return [
    ...images.map(({ position, name, label, width, height, hash }) => [position, name, label, width, height, hash]),
    ...failures.map(({ file, reason }) => [-1, file, reason]),
  ];
}

function fromLines(lines: readonly (readonly (string | number)[])[]): Index {
  const images: MemberImage[] = [];
  const failures: DatasetFailure[] = [];
  for (const [position, name, text, width, height, hash] of lines) {
    if (position === -1) failures.push({ file: String(name), reason: String(text) });
    else {
      images.push({
        position: Number(position),
        name: String(name),
        label: String(text),
        width: Number(width),
        height: Number(height),
        hash: String(hash),
      });
    }
  }
  return { images, failures };
}
