import type { IterationStatistics, Run } from '../storage/run.ts';

export type FrameEncoding = 'FLOAT32' | 'INT16';

/** One layout of a run. `positions` is N × 2 float64, interleaved, and is never changed after publishing. */
export interface LayoutFrame {
  readonly runId: string;
  readonly iteration: number;
  readonly positions: Float64Array;
}

/** A frame as it goes over the wire: `coordinates` is base64 of little-endian numbers, x0 y0 x1 y1 …. */
export interface EncodedFrame {
  readonly runId: string;
  readonly iteration: number;
  readonly encoding: FrameEncoding;
  readonly pointCount: number;
  readonly coordinates: string;
}

/** What a watcher of a run is told: always the newest, with every statistic since the last update. */
export interface RunUpdate {
  readonly run: Run;
  readonly frame: LayoutFrame | null;
  readonly statistics: readonly IterationStatistics[];
  /** The newest figures, also when this update brings none. */
  readonly latestStatistics: IterationStatistics | null;
  /** Frames that this watcher did not get because its connection was busy, since it began to watch. */
  readonly skippedFrames: number;
}
