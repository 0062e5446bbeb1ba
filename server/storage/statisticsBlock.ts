import type { IterationStatistics } from './run.ts';

/** The columns of a block that is written now; a block says itself which ones it has. */
export const STATISTICS_COLUMNS = [
  'iteration',
  'loss',
  'gradientNorm',
  'curvatureScale',
  'exaggeration',
  'recallAt15',
] as const satisfies readonly (keyof IterationStatistics)[];

/** Figures of ascending iterations as a matrix of float64, big-endian as in Postgres; NaN stands for null. */
export function packStatistics(statistics: readonly IterationStatistics[]): Buffer {
  const values = new Float64Array(statistics.length * STATISTICS_COLUMNS.length);
  let offset = 0;
  for (const entry of statistics) {
    for (const column of STATISTICS_COLUMNS) values[offset++] = entry[column] ?? Number.NaN;
  }
  return Buffer.from(values.buffer).swap64();
}

/** Appends the entries of a block that come after `after` and after those that `target` has. */
export function unpackStatisticsInto(
  columns: readonly string[],
  packed: Buffer,
  target: IterationStatistics[],
  after: number,
): void {
  // Copied to memory of its own, where the numbers are aligned.
  const values = new Float64Array(Buffer.from(Uint8Array.from(packed).buffer).swap64().buffer);
  let last = target.at(-1)?.iteration ?? after;
  for (let row = 0; row < values.length; row += columns.length) {
    const entry = Object.fromEntries(
      columns.map((column, index) => [column, Number.isNaN(values[row + index]) ? null : values[row + index]]),
    ) as unknown as IterationStatistics;
    if (entry.iteration <= last) continue;
    last = entry.iteration;
    target.push(entry);
  }
}
