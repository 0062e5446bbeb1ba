import { join } from 'node:path';
import type { Config } from './config.ts';
import { isCifar10AtHand, isReachable } from './dataset/cifar10Source.ts';
import type { RunService } from './jobs/runService.ts';

export type FirstRunService = Pick<RunService, 'list' | 'start' | 'find' | 'watch' | 'delete'>;

const NO_CIFAR10 =
  'CIFAR-10 could not be downloaded; showing emoji instead. CIFAR10_DIR can name a folder with its six .bin files.';

/**
 * Starts a run where there is none yet, so that the first visitor sees the disk move: the test images of CIFAR-10 where
 * they are here or can be downloaded, else emoji; also when the download breaks off for good.
 * @param onNotice is told a plain line about what could not be had.
 * @returns once a run is started; `settled` resolves when it is certain which images it has.
 */
export async function startFirstRun(
  runs: FirstRunService,
  config: Pick<Config, 'home' | 'cifar10Dir'>,
  onNotice: (line: string) => void,
  canReach: () => Promise<boolean> = isReachable,
): Promise<{ readonly settled: Promise<void> }> {
  const settled = { settled: Promise.resolve() };
  const { totalCount } = await runs.list({ first: 1 });
  if (totalCount > 0) return settled;
  const startEmoji = async (): Promise<void> => {
    await runs.start({ dataset: 'emoji', model: 'nano' });
    onNotice(NO_CIFAR10);
  };
  const atHand = await isCifar10AtHand({ cacheFolder: join(config.home, 'datasets'), cifar10Dir: config.cifar10Dir });
  if (!atHand && !(await canReach())) {
    await startEmoji();
    return settled;
  }
  const { id } = await runs.start({ dataset: 'cifar10/test', model: 'nano' });
  if (atHand) return settled;
  const replaceWhereNotHad = async (): Promise<void> => {
    if (!(await failsWithoutImages(runs, id))) return;
    await startEmoji();
    await runs.delete(id);
  };
  return { settled: replaceWhereNotHad() };
}

/** Waits until the run has its images or has ended. @returns whether it ended because they were not to be had. */
async function failsWithoutImages(runs: FirstRunService, id: string): Promise<boolean> {
  for await (const { run } of await runs.watch(id, { maxFramesPerSecond: 1 })) {
    if (run.status === 'NEIGHBORS' || run.status === 'OPTIMIZING') return false;
  }
  const { status, failure } = await runs.find(id);
  return status === 'FAILED' && failure?.code === 'UNAVAILABLE';
}
