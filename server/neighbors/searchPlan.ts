import type { EmbeddingMetric } from './neighborGraph.ts';

/** Where everything lies in the memory of the kernel (bytes), and how the work is cut. */
export interface SearchPlan {
  readonly rows: number;
  readonly dimension: number;
  readonly k: number;
  readonly metric: EmbeddingMetric;
  readonly threads: number;
  /** Rows rounded up to whole groups of four, which the kernel handles at once. */
  readonly paddedRows: number;
  /** Bytes of one int16 row, a multiple of 16. */
  readonly stride: number;
  /** Candidates kept a row: k and some more, which are ranked again in float. */
  readonly capacity: number;
  /** Components of a row's head (see `RowHeads`); 0 where heads do not pay. */
  readonly headDimension: number;
  readonly blockRows: number;
  readonly blockCount: number;
  readonly rowsOffset: number;
  readonly halfNormsOffset: number;
  readonly scoresOffset: number;
  readonly candidatesOffset: number;
  readonly headsOffset: number;
  readonly restsOffset: number;
  readonly directionsOffset: number;
  readonly totalBytes: number;
}

const LARGEST_BLOCK_ROWS = 512;
/** int16 rounding shifts a cosine by about 1e-5; the true k nearest are among this many more. */
const EXTRA_CANDIDATES = 16;
/** A head costs a tenth of a row of 384 components, and its directions as much as the search among some thousand rows. */
const HEAD_DIMENSION = 32;
const LEAST_ROWS_WITH_HEADS = 6000;
const LEAST_DIMENSION_WITH_HEADS = 96;
const ALIGNMENT = 16;
const KERNEL_BYTES = 1024;

export function planSearch(
  rows: number,
  dimension: number,
  k: number,
  metric: EmbeddingMetric,
  threads: number,
): SearchPlan {
  const paddedRows = roundUp(rows, 4);
  const stride = roundUp(dimension * Int16Array.BYTES_PER_ELEMENT, ALIGNMENT);
  const capacity = Math.min(rows - 1, k + EXTRA_CANDIDATES);
  // At least two blocks for each thread and round, so that nobody waits for work.
  const blockRows = Math.min(LARGEST_BLOCK_ROWS, roundUp(Math.ceil(paddedRows / (4 * threads)), 4));
  const rowsOffset = KERNEL_BYTES;
  const halfNormsOffset = roundUp(rowsOffset + paddedRows * stride, ALIGNMENT);
  const scoresOffset = roundUp(halfNormsOffset + paddedRows * 4, ALIGNMENT);
  const candidatesOffset = roundUp(scoresOffset + paddedRows * capacity * 4, ALIGNMENT);
  const withHeads = rows >= LEAST_ROWS_WITH_HEADS && dimension >= LEAST_DIMENSION_WITH_HEADS;
  const headDimension = withHeads ? HEAD_DIMENSION : 0;
  const headsOffset = roundUp(candidatesOffset + paddedRows * capacity * 4, ALIGNMENT);
  const restsOffset = roundUp(headsOffset + paddedRows * 2 * headDimension, ALIGNMENT);
  const directionsOffset = roundUp(restsOffset + paddedRows * 4, ALIGNMENT);
  return {
    rows,
    dimension,
    k,
    metric,
    threads,
    paddedRows,
    stride,
    capacity,
    headDimension,
    blockRows,
    blockCount: Math.ceil(paddedRows / blockRows),
    rowsOffset,
    halfNormsOffset,
    scoresOffset,
    candidatesOffset,
    headsOffset,
    restsOffset,
    directionsOffset,
    totalBytes: directionsOffset + 8 * headDimension * dimension,
  };
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
