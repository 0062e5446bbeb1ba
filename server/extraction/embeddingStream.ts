import type { ImageDataset } from '../dataset/dataset.ts';
import { InterruptedError, UnavailableError } from '../errors.ts';
import { usesGpu, type EmbeddedBatch, type EngineName } from './extraction.ts';
import { readImageGroups, type ImageGroup } from './imageGroups.ts';
import type { WorkerPool } from './workerPool.ts';

export interface StreamRequest {
  readonly dataset: ImageDataset;
  readonly imageIndices: Int32Array;
  readonly batchSize: number;
  readonly engineName: EngineName;
  readonly signal?: AbortSignal | undefined;
  /** Adds up what the stream's engines did; read it at any time. */
  readonly usage?: EngineUsage | undefined;
}

/** How busy the model was: over all workers, from the first batch on. */
export class EngineUsage {
  #workers = 0;
  #start = 0;
  #end = 0;
  #engineMilliseconds = 0;

  /** To be called when the first batch goes to a worker. */
  begin(workers: number): void {
    if (this.#workers > 0) return;
    this.#workers = workers;
    this.#start = this.#end = performance.now();
  }

  add(engineMilliseconds: number): void {
    this.#engineMilliseconds += engineMilliseconds;
    this.#end = performance.now();
  }

  /** The share of time in which the model waited, be it for images or for whoever takes the vectors; null at first. */
  get waitShare(): number | null {
    const wall = (this.#end - this.#start) * this.#workers;
    return wall > 0 ? Math.min(1, Math.max(0, 1 - this.#engineMilliseconds / wall)) : null;
  }
}

/** A worker computes one batch while the next waits at its door. */
const BATCHES_PER_WORKER = 2;
/** A GPU computes one while threads prepare the next two and a fourth is taken by whoever asked. */
const BATCHES_PER_GPU = 4;
const READ_AHEAD = 16;
/** About eight photos of 12 megapixels would already be 288 MB. */
const GROUP_BYTES = 64 * 2 ** 20;

type Step =
  | { readonly kind: 'read'; readonly group: ImageGroup | null }
  | { readonly kind: 'embedded'; readonly key: number; readonly batch: EmbeddedBatch }
  | { readonly kind: 'aborted' };

/**
 * Reads, embeds and hands out batches, all three at the same time. At most two batches a worker, four for a GPU, are under
 * way or finished and not yet taken, so a slow consumer slows reading down.
 */
export async function* streamEmbeddings(
  pool: WorkerPool,
  request: StreamRequest,
): AsyncGenerator<EmbeddedBatch, void, void> {
  const { dataset, imageIndices, batchSize, signal } = request;
  const limits = { images: batchSize, bytes: GROUP_BYTES, readAhead: READ_AHEAD };
  const groups = readImageGroups(dataset, imageIndices, limits);
  const window = pool.workers.length * (usesGpu(request.engineName) ? BATCHES_PER_GPU : BATCHES_PER_WORKER);
  const abort = watchAbort(signal);
  const underWay = new Map<number, Promise<Step>>();
  let reading: Promise<Step> | null = null;
  let nextKey = 0;
  let allRead = false;
  try {
    while (!allRead || underWay.size > 0) {
      if (reading === null && !allRead && underWay.size < window) reading = readStep(groups);
      // The batches stand first: one that is finished is handed out even when the request was aborted meanwhile.
      const step: Step = await Promise.race([...underWay.values(), abort.step, ...(reading === null ? [] : [reading])]);
      if (step.kind === 'aborted') {
        throw new InterruptedError('the extraction was interrupted; finished batches are kept');
      } else if (step.kind === 'embedded') {
        underWay.delete(step.key);
        yield step.batch;
      } else {
        reading = null;
        if (step.group === null) allRead = true;
        else underWay.set(nextKey, handled(embedStep(pool, nextKey++, step.group, request)));
      }
    }
  } finally {
    abort.stop();
    // Not awaited: the reader may be in the middle of a slow file whose outcome no longer matters.
    void groups.return().catch(() => undefined);
  }
}

function readStep(groups: AsyncGenerator<ImageGroup, void, void>): Promise<Step> {
  return handled(groups.next().then(({ value, done }) => ({ kind: 'read', group: done === true ? null : value! })));
}

async function embedStep(pool: WorkerPool, key: number, group: ImageGroup, request: StreamRequest): Promise<Step> {
  const { imageIndices } = group;
  request.usage?.begin(pool.workers.length);
  const { vectors, notFinite, engineMilliseconds } = await pool.submit(group.images);
  request.usage?.add(engineMilliseconds);
  if (notFinite >= 0) {
    const image = imageIndices[notFinite];
    throw new UnavailableError(
      `the ${request.engineName} engine gave values that are not finite for image ${image} (${request.dataset.imageName(image)}); check it with "models verify", or take another engine`,
    );
  }
  return { kind: 'embedded', key, batch: { imageIndices, vectors } };
}

/** The same promise, whose failure counts as handled even when the stream has ended before it. */
function handled(step: Promise<Step>): Promise<Step> {
  step.catch(() => undefined);
  return step;
}

function watchAbort(signal: AbortSignal | undefined): { readonly step: Promise<Step>; readonly stop: () => void } {
  let stop = (): void => undefined;
  const step = new Promise<Step>((resolve) => {
    if (signal === undefined) return;
    const listener = (): void => resolve({ kind: 'aborted' });
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
    stop = () => signal.removeEventListener('abort', listener);
  });
  return { step, stop };
}
