import type { IterationStatistics } from '../storage/run.ts';

export type FrameEncoding = 'FLOAT32' | 'INT16';

/** One layout of a run. `positions` is N × 2 float64, interleaved, and is never changed after publishing. */
export interface LayoutFrame {
  readonly runId: string;
  readonly iteration: number;
  readonly positions: Float64Array;
}

/** What a watcher of a run is told: always the newest, with every statistic since the last. */
export interface RunUpdate {
  readonly frame: LayoutFrame | null;
  readonly statistics: readonly IterationStatistics[];
}
