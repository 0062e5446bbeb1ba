import { hostname } from 'node:os';
import { usesGpu, type EngineName } from '../extraction/extraction.ts';
import type { Store } from '../storage/store.ts';

/** Runs `work` while no other extraction uses the GPU of this machine, also in another process on the same database. */
export function withEngine<T>(
  engine: EngineName,
  store: Store,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  return usesGpu(engine) ? store.exclusively(`gpu of ${hostname()}`, signal, work) : work();
}
