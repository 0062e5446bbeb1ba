import { join } from 'node:path';
import type { Config } from './config.ts';
import { isCifar10AtHand, isReachable } from './dataset/cifar10Source.ts';
import { listModels, preferredModel } from './extraction/modelCatalog.ts';
import type { RunService } from './jobs/runService.ts';

/**
 * Starts a run where there is none yet, so that the first visitor sees the disk move: the test images of CIFAR-10 where
 * they are here or can be downloaded, else emoji.
 * @returns a plain line about what could not be had, or null.
 */
export async function startFirstRun(
  runs: RunService,
  config: Pick<Config, 'home' | 'cifar10Dir'>,
): Promise<string | null> {
  const { totalCount } = await runs.list({ first: 1 });
  if (totalCount > 0) return null;
  const source = { cacheFolder: join(config.home, 'datasets'), cifar10Dir: config.cifar10Dir };
  const reachable = (await isCifar10AtHand(source)) || (await isReachable());
  const model = preferredModel(await listModels(config));
  await runs.start({ dataset: reachable ? 'cifar10/test' : 'emoji', model });
  return reachable
    ? null
    : 'CIFAR-10 could not be downloaded; showing emoji instead. CIFAR10_DIR can name a folder with its six .bin files.';
}
