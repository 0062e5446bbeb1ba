import type { PointMarks } from './diskDrawing.ts';

/** What helps to read a layout; each can be switched off. */
export interface ReadingAids {
  readonly marks: PointMarks;
  readonly contours: boolean;
  readonly labels: boolean;
  readonly grid: boolean;
}

export const DEFAULT_AIDS: ReadingAids = { marks: 'auto', contours: false, labels: true, grid: true };
