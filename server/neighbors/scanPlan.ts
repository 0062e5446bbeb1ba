/** Classes of cosines that the kernel sorts rows into, and how many of them are from 0 to 1: as in `assembly/scan.ts`. */
export const CLASSES = 4096;
export const CLASSES_PER_UNIT = 2000;
/** Limits that rows are counted between at a time. */
export const MOST_LIMITS = 1000;

const VECTOR_BYTES = 16;
/** Lines of the cache, so that no row takes part in more of them than it must; a multiple of what the kernel needs. */
const ALIGNMENT = 64;
/** The kernel module keeps nothing of its own, but its memory begins with a reserved part. */
const KERNEL_BYTES = 1024;

/** Where everything lies in the memory of a scan (bytes); `assembly/scan.ts` says what it is. */
export interface ScanPlan {
  readonly rows: number;
  /** Rows rounded up to whole groups of four, which the kernel handles at once. */
  readonly paddedRows: number;
  /** Bytes of one plane of a row. */
  readonly stride: number;
  readonly query: number;
  readonly limits: number;
  readonly regions: number;
  readonly counts: number;
  readonly scales: number;
  readonly errors: number;
  readonly cosines: number;
  readonly list: number;
  readonly high: number;
  readonly low: number;
  readonly totalBytes: number;
}

export function planScan(rows: number, dimension: number): ScanPlan {
  const paddedRows = Math.ceil(rows / 4) * 4;
  const stride = Math.ceil(dimension / VECTOR_BYTES) * VECTOR_BYTES;
  let end = KERNEL_BYTES;
  const room = (bytes: number): number => {
    const start = end;
    end = roundUp(end + bytes);
    return start;
  };
  return {
    rows,
    paddedRows,
    stride,
    query: room(2 * stride),
    limits: room(8 * MOST_LIMITS),
    regions: room(2 * CLASSES),
    // Of classes, or of regions and of rows that are in none for sure.
    counts: room(4 * Math.max(CLASSES, MOST_LIMITS + 2)),
    scales: room(4 * paddedRows),
    errors: room(4 * paddedRows),
    cosines: room(4 * paddedRows),
    list: room(4 * paddedRows),
    high: room(paddedRows * stride),
    low: room(paddedRows * stride),
    totalBytes: end,
  };
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
