import type { EngineChoice, LayoutEngineChoice } from '../config.ts';
import type { Logger } from '../logging.ts';
import type { Store } from '../storage/store.ts';
import type { FrameHub } from '../stream/frameHub.ts';
import type { RunTopics } from '../stream/runTopics.ts';
import type { DatasetLibrary } from './datasetLibrary.ts';
import type { FrameRelay } from './frameRelay.ts';
import type { JobQueue } from './jobQueue.ts';

/** What the work on runs counts, for the metrics of the server. */
export interface WorkCounter {
  imagesEmbedded: number;
  iterationsDone: number;
  /** Of the extraction under way; 0 when there is none. */
  imagesPerSecond: number;
}

/** Everything that the work on a run uses. */
export interface RunParts {
  readonly store: Store;
  readonly hub: FrameHub;
  readonly topics: RunTopics;
  readonly datasets: DatasetLibrary;
  readonly frameRelay: FrameRelay;
  readonly queue: JobQueue;
  readonly log: Logger;
  /** Folder of the store, the models and the caches. */
  readonly home: string;
  /** Computes embeddings. */
  readonly engine: EngineChoice;
  readonly layoutEngine: LayoutEngineChoice;
  /** Threads for neighbors, optimization and extraction. */
  readonly threads: number;
  /** Version of the product, kept with every run. */
  readonly version: string;
  readonly counter: WorkCounter;
}
