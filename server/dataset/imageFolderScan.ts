import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { opendir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import sharp from 'sharp';
import { compareCodePoints } from '../formats/labels.ts';
import type { DatasetFailure } from './dataset.ts';
import { throwIfInterrupted } from './boundedMap.ts';

/** Above this an image is refused instead of decoded: 100 million pixels are 300 MB in memory. */
export const MAX_INPUT_PIXELS = 100_000_000;
const EXTENSIONS = new Set(['.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.webp', '.gif', '.avif']);
const FORMATS = new Set(['jpeg', 'png', 'webp', 'gif', 'heif']);
/** Larger files are hashed in pieces, so that the event loop stays free. */
const WHOLE_READ_BYTES = 1 << 20;

/** An image file whose header could be read. Sizes are in pixels, after the EXIF orientation. */
export interface ScannedImage {
  readonly width: number;
  readonly height: number;
  /** Hex SHA-256 of the file. */
  readonly hash: string;
}

/**
 * Paths of all files with an image's extension below a folder, relative to it with `/`, in code-point order. Hidden files
 * are left out; a link is followed to a file within the folder only.
 */
export async function listImageFiles(
  root: string,
  signal?: AbortSignal,
): Promise<{ files: string[]; failures: DatasetFailure[] }> {
  const realRoot = await realpath(root);
  const files: string[] = [];
  const failures: DatasetFailure[] = [];
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    throwIfInterrupted(signal);
    for (const entry of await readFolder(folder, root, failures)) {
      if (entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      const name = relative(root, path).split(sep).join('/');
      if (entry.isDirectory()) pending.push(path);
      else if (!EXTENSIONS.has(extname(entry.name).toLowerCase())) continue;
      else if (entry.isFile()) files.push(name);
      else if (entry.isSymbolicLink()) {
        const reason = await refuseLink(path, realRoot);
        if (reason === null) files.push(name);
        else failures.push({ file: name, reason });
      }
    }
  }
  const byName = (a: DatasetFailure, b: DatasetFailure): number => compareCodePoints(a.file, b.file);
  return { files: files.sort(compareCodePoints), failures: failures.sort(byName) };
}

/** Whether a folder has, at any depth, a file with an image's extension. Ends with the first one. */
export async function holdsImageFile(root: string): Promise<boolean> {
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for await (const entry of await opendir(folder)) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) pending.push(join(folder, entry.name));
      else if (EXTENSIONS.has(extname(entry.name).toLowerCase())) return true;
    }
  }
  return false;
}

async function readFolder(folder: string, root: string, failures: DatasetFailure[]) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (folder === root) throw error;
    failures.push({ file: `${relative(root, folder).split(sep).join('/')}/`, reason: 'the folder cannot be read' });
    return [];
  }
}

async function refuseLink(path: string, realRoot: string): Promise<string | null> {
  try {
    const target = await realpath(path);
    if (!target.startsWith(realRoot + sep)) return 'is a symbolic link that leads out of the folder';
    return (await stat(target)).isFile() ? null : 'is a symbolic link that does not lead to a file';
  } catch {
    return 'is a symbolic link that leads nowhere';
  }
}

/**
 * Hashes a file and reads its header.
 * @throws Error with the reason, when it is no image of a kind that we read.
 */
export async function scanImage(path: string): Promise<ScannedImage> {
  const { size } = await stat(path);
  if (size === 0) throw new Error('the file is empty');
  const whole = size <= WHOLE_READ_BYTES ? await readFile(path) : null;
  const hash = createHash('sha256');
  if (whole === null) {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(chunk as Uint8Array);
  } else {
    hash.update(whole);
  }
  const { format, autoOrient } = await sharp(whole ?? path, { limitInputPixels: MAX_INPUT_PIXELS }).metadata();
  if (!FORMATS.has(format)) throw new Error(`is ${format}, not JPEG, PNG, WebP, GIF or AVIF`);
  const { width, height } = autoOrient;
  if (width * height > MAX_INPUT_PIXELS) {
    throw new Error(`has ${width} × ${height} pixels; at most ${MAX_INPUT_PIXELS / 1e6} million are read`);
  }
  return { width, height, hash: hash.digest('hex') };
}
