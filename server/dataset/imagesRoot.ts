import { realpath } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { BadInputError, ForbiddenError } from '../errors.ts';

/**
 * Where callers of the API may name images by path: anywhere (undefined: a server for one person on one machine), inside
 * one folder, or nowhere (null).
 */
export type ImagesRoot = string | null | undefined;

/**
 * Refuses a path outside the root before anything of it is looked at, so that nobody learns which folders there are.
 * Links are resolved first.
 * @throws ForbiddenError outside the root; BadInputError for a name that is no path.
 */
export async function requireInsideRoot(name: string, root: ImagesRoot): Promise<void> {
  if (name.includes('\0')) throw new BadInputError('dataset: a name has no NUL character');
  if (root === undefined) return;
  if (root === null) {
    throw new ForbiddenError(
      'dataset: this server takes no folders of its own disk; its administrator can set IMAGES_ROOT',
    );
  }
  const realRoot = await realpath(root).catch(() => resolve(root));
  const path = await realNearest(resolve(name));
  if (path !== realRoot && !path.startsWith(realRoot + sep)) {
    throw new ForbiddenError('dataset: only folders and archives inside IMAGES_ROOT may be named');
  }
}

/** The real path of the nearest folder above that exists: a name with shards in braces is no file itself. */
async function realNearest(path: string): Promise<string> {
  for (let nearest = path; ; nearest = dirname(nearest)) {
    try {
      return await realpath(nearest);
    } catch (error) {
      if (nearest === dirname(nearest)) throw error;
    }
  }
}
