import { join } from 'node:path';
import type { Config } from '../../config.ts';
import type { ImageDataset } from '../../dataset/dataset.ts';
import { openDataset } from '../../dataset/openDataset.ts';
import { BadInputError, UnavailableError } from '../../errors.ts';
import type { Reporter } from '../reporter.ts';

const UNITS = { download: 'bytes', render: 'images', index: 'images' } as const;

/**
 * Opens the data set that a command named.
 * @throws BadInputError also where it cannot be reached: a command that named it cannot go on with another.
 */
export async function openNamedDataset(
  name: string,
  config: Config,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<ImageDataset> {
  try {
    return await openDataset(name, {
      cacheFolder: join(config.home, 'datasets'),
      cifar10Dir: config.cifar10Dir,
      signal,
      onProgress: (activity, { done, total }) => reporter.progress(activity, { done, total, unit: UNITS[activity] }),
    });
  } catch (error) {
    if (error instanceof UnavailableError) throw new BadInputError(error.message, { cause: error });
    throw error;
  }
}
