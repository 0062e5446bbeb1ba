import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { EmbeddingMetric } from './neighborGraph.ts';
import { FAULT_NOT_FINITE, FAULT_ZERO_ROW } from './quantizedRows.ts';

/** Components that are looked at before other work of the process gets a turn, a few milliseconds' worth. */
const COMPONENTS_PER_TURN = 2 ** 21;

/** The first row that is not finite and, under cosine, the first of zeros, as in `SharedSearch.faults`; −1 for none. */
export async function findFaults(vectors: EmbeddingMatrix, metric: EmbeddingMetric): Promise<Int32Array> {
  const { rows, dimension, values } = vectors;
  const faults = new Int32Array(2).fill(-1);
  const rowsPerTurn = Math.max(1, Math.floor(COMPONENTS_PER_TURN / dimension));
  for (let row = 0; row < rows; row++) {
    if (row > 0 && row % rowsPerTurn === 0) await nextTurn();
    let sum = 0;
    for (let at = row * dimension; at < (row + 1) * dimension; at++) sum += values[at] * values[at];
    if (!Number.isFinite(sum) && faults[FAULT_NOT_FINITE] < 0) faults[FAULT_NOT_FINITE] = row;
    if (sum === 0 && metric === 'cosine' && faults[FAULT_ZERO_ROW] < 0) faults[FAULT_ZERO_ROW] = row;
  }
  return faults;
}
