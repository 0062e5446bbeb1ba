import { setTimeout as delay } from 'node:timers/promises';
import { sampleIndices } from '../dataset/dataset.ts';
import { UnavailableError, messageOf } from '../errors.ts';
import { recordedChoices } from '../extraction/extraction.ts';
import { findModel } from '../extraction/modelCatalog.ts';
import { openExtractor, type Extractor } from '../extraction/openExtractor.ts';
import { FINAL_STATUSES } from '../storage/run.ts';
import type { EmbeddingSet, StoredDataset } from '../storage/store.ts';
import { traced } from '../tracing.ts';
import { withEngine } from './engineLock.ts';
import type { Job, JobOutcome } from './jobQueue.ts';
import type { RunParts } from './runParts.ts';
import type { RunRecorder } from './runRecorder.ts';

/** Images of one shard: seconds to a minute of work, so that little is done twice when a worker dies. */
export const SHARD_IMAGES = 512;
/** How often the process that waits for the shards looks at what is stored. */
const LOOK_MILLISECONDS = 500;
/** A shard that failed so often, at whichever workers, ends its run. */
const MOST_FAILURES = 6;
/** A model stays loaded for the next shard for so long. */
const IDLE_MILLISECONDS = 30_000;

/** The data of a job of the queue `shards`: the images `from` … `to` − 1 of those that a run lays out. */
export interface ShardJob {
  readonly runId: string;
  readonly setId: string;
  readonly fingerprint: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Lets all workers embed what is missing, each some shards, and waits until everything is stored. Shards whose worker
 * dies come back to the queue.
 * @throws UnavailableError telling why a shard failed again and again.
 */
export async function extractInShards(
  { dataset, set, imageIndices }: { dataset: StoredDataset; set: EmbeddingSet; imageIndices: Int32Array },
  recorder: RunRecorder,
  { store, queue }: RunParts,
  signal: AbortSignal,
): Promise<void> {
  const runId = recorder.run.id;
  const cancelShards = async () =>
    queue.cancel(
      'shards',
      (await queue.listLive('shards', runId)).map(({ id }) => id),
    );
  // Those that an earlier attempt at this run left behind.
  await cancelShards();
  try {
    for (let from = 0; from < imageIndices.length; from += SHARD_IMAGES) {
      const to = Math.min(from + SHARD_IMAGES, imageIndices.length);
      const shard: ShardJob = { runId, setId: set.id, fingerprint: dataset.fingerprint, from, to };
      const missing = await store.embeddingSets.findMissing(set.id, imageIndices.subarray(from, to));
      if (missing.length > 0) await queue.send('shards', shard, { priority: recorder.run.priority });
    }
    store.notices.publish({ kind: 'jobs' });
    for (;;) {
      signal.throwIfAborted();
      const live = await queue.listLive('shards', runId);
      const missing = await store.embeddingSets.findMissing(set.id, imageIndices);
      recorder.progress(imageIndices.length - missing.length, imageIndices.length);
      if (missing.length === 0) return;
      const failed = live.find(({ failures }) => failures >= MOST_FAILURES);
      if (failed !== undefined || live.length === 0) {
        const reason = failed === undefined ? 'its jobs were removed from the queue' : 'its worker ended at every try';
        throw new UnavailableError(`the extraction failed: ${failed?.error ?? reason}`);
      }
      await delay(LOOK_MILLISECONDS, undefined, { signal });
    }
  } catch (error) {
    await cancelShards();
    signal.throwIfAborted();
    throw error;
  }
}

/** Embeds shards of any run in this process, and keeps the model for the next one. */
export class ShardWorker {
  readonly #parts: RunParts;
  readonly #closing = new AbortController();
  #loaded: { readonly key: string; readonly extractor: Promise<Extractor> } | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(parts: RunParts) {
    this.#parts = parts;
  }

  /** One shard at a time: the model takes all cores, or the GPU. */
  work(): void {
    this.#parts.queue.work<ShardJob>('shards', 1, (job, signal) => this.#execute(job, signal));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#idle !== null) clearTimeout(this.#idle);
    await this.#unload();
  }

  async #execute({ id, data }: Job<ShardJob>, lost: AbortSignal): Promise<JobOutcome> {
    const signal = AbortSignal.any([lost, this.#closing.signal]);
    if (this.#idle !== null) clearTimeout(this.#idle);
    try {
      // A shard that ends its process counts as one that failed.
      await this.#parts.queue.beginTry('shards', id, 'shard');
      await traced('shard', { 'run.id': data.runId, from: data.from, to: data.to }, () => this.#extract(data, signal));
      return 'done';
    } catch (error) {
      if (this.#closing.signal.aborted) return 'release';
      // The run was paused, canceled or deleted, or the shard went to another worker.
      if (lost.aborted) return 'retry';
      this.#parts.log.warn({ err: error, ...data }, 'a shard of an extraction failed');
      throw error;
    } finally {
      this.#idle = setTimeout(() => void this.#unload(), IDLE_MILLISECONDS);
      this.#idle.unref();
    }
  }

  async #extract({ runId, setId, fingerprint, from, to }: ShardJob, signal: AbortSignal): Promise<void> {
    const { store, datasets, counter } = this.#parts;
    const run = await store.runs.findRun(runId);
    const set = await store.embeddingSets.findEmbeddingSet(setId);
    if (run === null || set === null || run.status === 'PAUSED' || FINAL_STATUSES.has(run.status)) return;
    const images = await datasets.open(run.request.datasetName ?? '', { signal });
    if (images.fingerprint !== fingerprint) {
      throw new UnavailableError(`${images.name} has other images on this machine than where the run was started`);
    }
    const wanted = sampleIndices(images.size, run.request.limit ?? undefined).slice(from, to);
    const missing = await store.embeddingSets.findMissing(setId, wanted);
    if (missing.length === 0) return;
    const extractor = await this.#load(run.request.modelName ?? '', set);
    const start = performance.now();
    let done = 0;
    await withEngine('extraction', extractor.engineName, { store, signal }, async () => {
      for await (const batch of extractor.extract({ dataset: images, imageIndices: missing, signal })) {
        await store.embeddingSets.saveEmbeddings(setId, batch);
        done += batch.imageIndices.length;
        counter.imagesEmbedded += batch.imageIndices.length;
        counter.imagesPerSecond = (1000 * done) / (performance.now() - start);
      }
    });
    signal.throwIfAborted();
  }

  async #load(modelName: string, set: EmbeddingSet): Promise<Extractor> {
    const { home, engine, threads } = this.#parts;
    const choices = recordedChoices(set);
    const key = JSON.stringify([modelName, set.modelChecksum, choices]);
    if (this.#loaded?.key !== key) {
      await this.#unload();
      const model = await findModel(modelName, { home });
      if (model.checksum !== set.modelChecksum) {
        throw new UnavailableError(`${modelName} has other weights on this machine than where the run was started`);
      }
      this.#loaded = { key, extractor: openExtractor(model, { ...choices, engine, threads }) };
    }
    try {
      return await this.#loaded.extractor;
    } catch (error) {
      this.#loaded = null;
      throw error;
    }
  }

  async #unload(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = null;
    this.#parts.counter.imagesPerSecond = 0;
    try {
      await (await loaded?.extractor)?.close();
    } catch (error) {
      this.#parts.log.debug({ reason: messageOf(error) }, 'a model that did not load needs no closing');
    }
  }
}
