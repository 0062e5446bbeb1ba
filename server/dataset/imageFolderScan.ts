import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { compareCodePoints } from '../formats/labels.ts';
import type { DatasetFailure } from './dataset.ts';
import { throwIfInterrupted } from './boundedMap.ts';
import { hasImageExtension, inspectImage, readImageSize, type InspectedImage } from './encodedImage.ts';

/** Larger files are hashed in pieces, so that the event loop stays free. */
const WHOLE_READ_BYTES = 1 << 20;

/**
 * Paths of all files below a folder whose names are accepted (by default: those with an image's extension), relative to
 * it with `/`, in code-point order. Hidden files are left out; a link is followed to a file within the folder only.
 */
export async function listFiles(
  root: string,
  signal?: AbortSignal,
  accepts: (name: string) => boolean = hasImageExtension,
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
      else if (!accepts(entry.name)) continue;
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

async function readFolder(folder: string, root: string, failures: DatasetFailure[]) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (folder === root) throw error;
    failures.push({ file: `${relative(root, folder).split(sep).join('/')}/`, reason: 'the folder cannot be read' });
    return [];
  }
}

/** Why a link is not followed; null for one to a file within the folder. */
export async function refuseLink(path: string, realRoot: string): Promise<string | null> {
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
export async function scanImage(path: string, size: number): Promise<InspectedImage> {
  if (size <= WHOLE_READ_BYTES) return inspectImage(await readFile(path));
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(chunk as Uint8Array);
  return { ...(await readImageSize(path)), hash: hash.digest('hex') };
}
