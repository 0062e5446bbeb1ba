import { parentPort, workerData } from 'node:worker_threads';
import { NeighborSearch, type KernelExports, type SharedSearch } from './neighborSearch.ts';
import { ThreadTeam } from './threadTeam.ts';

/** What a search thread is started with. */
export interface NeighborWorkerData {
  readonly shared: SharedSearch;
  readonly module: WebAssembly.Module;
  readonly control: SharedArrayBuffer;
  /** The first thread tells of the progress. */
  readonly reporting: boolean;
}

export type NeighborWorkerMessage =
  { readonly type: 'progress'; readonly done: number; readonly total: number } | { readonly type: 'finished' };

const { shared, module, control, reporting } = workerData as NeighborWorkerData;
const instance = new WebAssembly.Instance(module, { env: { memory: shared.memory } });
const post = (message: NeighborWorkerMessage): void => parentPort!.postMessage(message);
new NeighborSearch(
  shared,
  instance.exports as unknown as KernelExports,
  new ThreadTeam(control, shared.plan.threads),
  (done, total) => {
    if (reporting) post({ type: 'progress', done, total });
  },
).run();
post({ type: 'finished' });
