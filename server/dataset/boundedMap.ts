import { InterruptedError } from '../errors.ts';

/**
 * Calls `use` for 0 … count − 1 with at most `concurrency` calls under way. The first error stops the rest.
 * @throws InterruptedError when `signal` is aborted.
 */
export async function forEachBounded(
  count: number,
  concurrency: number,
  use: (index: number) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < count && !failed) {
      throwIfInterrupted(signal);
      try {
        await use(next++);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, work));
}

export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new InterruptedError('stopped before the data set was open');
}
