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
 * @param differences of every run to the first one, at iterations where both have a value
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
  const [first] = columns;
  const valueAt = (column: Map<number, number>, iteration: number): number | null => {
    const value = column.get(iteration) ?? null;
    if (!differences || value === null) return value;
    const base = first?.get(iteration);
    return base === undefined ? null : value - base;
  };
  return [iterations, ...columns.map((column) => iterations.map((iteration) => valueAt(column, iteration)))];
}

function pairOf(iteration: number, value: number | null): [number, number][] {
  return value === null ? [] : [[iteration, value]];
}
