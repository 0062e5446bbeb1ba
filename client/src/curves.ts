/** The figures of one iteration that curves show. */
export interface CurvePoint {
  readonly iteration: number;
  readonly loss: number;
  readonly recallAt15?: number | null | undefined;
}

export type CurveFigure = 'loss' | 'recallAt15';

/** Columns as uPlot takes them: iterations of all runs ascending, then a column a run, null where it has no value. */
export type CurveTable = [number[], ...(number | null)[][]];

/**
 * Curves of several runs in one table by iteration.
 * @param differences of every run to the first one, whose curve is taken as straight between its values: runs are measured
 * at iterations of their own
 */
export function curveTable(
  histories: readonly (readonly CurvePoint[])[],
  figure: CurveFigure,
  differences: boolean,
): CurveTable {
  const columns = histories.map(
    (history) => new Map(history.flatMap((stats) => pairOf(stats.iteration, stats[figure] ?? null))),
  );
  const iterations = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  const first = differences ? [...(columns[0] ?? [])].sort(([a], [b]) => a - b) : null;
  const valueAt = (column: Map<number, number>, iteration: number): number | null => {
    const value = column.get(iteration) ?? null;
    if (first === null || value === null) return value;
    const base = interpolated(first, iteration);
    return base === null ? null : value - base;
  };
  return [iterations, ...columns.map((column) => iterations.map((iteration) => valueAt(column, iteration)))];
}

/** The value of a curve at an iteration, linear between its points, which ascend; null beyond its ends. */
function interpolated(curve: readonly (readonly [number, number])[], iteration: number): number | null {
  const next = curve.findIndex(([at]) => at >= iteration);
  if (next < 0) return null;
  const [to, high] = curve[next]!;
  if (to === iteration) return high;
  if (next === 0) return null;
  const [from, low] = curve[next - 1]!;
  return low + ((iteration - from) / (to - from)) * (high - low);
}

function pairOf(iteration: number, value: number | null): [number, number][] {
  return value === null ? [] : [[iteration, value]];
}
