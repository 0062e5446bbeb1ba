/** 16-bit components of rows reach so far: 256·127, so that the upper byte of each, rounded, is at most 127. */
const ROW_REACH = 32_512;
const QUERY_REACH = 32_767;
/** Half of what an int32 holds, for the inner product of a query with bytes of up to 128. */
const MOST_PRODUCT = 2 ** 30;
const LARGEST_BYTE = 128;

/** A direction in fewer bits: what one step counts, and how long the difference to the direction is. */
export interface Rounded {
  readonly step: number;
  readonly error: number;
}

/** The same of a row in two bytes a component, with the error of the upper ones alone. */
export interface SplitRow extends Rounded {
  readonly highError: number;
}

/**
 * Splits the direction of a vector into bytes: a component is about step · (256·high + low). Each row has a step of its own,
 * by its largest component.
 * @param inverseNorm 0 for a vector without a direction
 */
export function splitRow(vector: Float32Array, inverseNorm: number, high: Int8Array, low: Int8Array): SplitRow {
  const largest = largestComponent(vector) * inverseNorm;
  if (largest === 0) return { step: 0, error: 0, highError: 0 };
  const scale = (ROW_REACH / largest) * inverseNorm;
  let squares = 0;
  let highSquares = 0;
  for (let d = 0; d < vector.length; d++) {
    const exact = vector[d] * scale;
    const rounded = Math.round(exact);
    const upper = (rounded + LARGEST_BYTE) >> 8;
    high[d] = upper;
    low[d] = rounded - 256 * upper;
    squares += (exact - rounded) ** 2;
    highSquares += (exact - 256 * upper) ** 2;
  }
  const step = largest / ROW_REACH;
  return { step, error: step * Math.sqrt(squares), highError: step * Math.sqrt(highSquares) };
}

/** The direction of a vector in int16, such that its inner product with the bytes of a row is an int32. */
export function roundQuery(vector: Float32Array, inverseNorm: number, target: Int16Array): Rounded {
  const largest = largestComponent(vector) * inverseNorm;
  if (largest === 0) {
    target.fill(0);
    return { step: 0, error: 0 };
  }
  const unit = Math.min(QUERY_REACH / largest, MOST_PRODUCT / (LARGEST_BYTE * Math.sqrt(vector.length)));
  const scale = unit * inverseNorm;
  let squares = 0;
  for (let d = 0; d < vector.length; d++) {
    const exact = vector[d] * scale;
    target[d] = Math.round(exact);
    squares += (exact - target[d]) ** 2;
  }
  return { step: 1 / unit, error: Math.sqrt(squares) / unit };
}

function largestComponent(vector: Float32Array): number {
  let largest = 0;
  for (const component of vector) largest = Math.max(largest, Math.abs(component));
  return largest;
}
