import { hostname } from 'node:os';
import { usesGpu } from '../extraction/extraction.ts';
import type { Store } from '../storage/store.ts';

/**
 * Runs `work` while nothing else of its kind uses the GPU of this machine, also in another process on the same database.
 * Work on the CPU does not wait.
 */
export function withEngine<T>(
  kind: 'extraction' | 'projection',
  engine: string,
  { store, signal }: { readonly store: Pick<Store, 'exclusively'>; readonly signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  return usesGpu(engine) ? store.exclusively(`${kind} on the gpu of ${hostname()}`, signal, work) : work();
}
