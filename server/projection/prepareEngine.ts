import { EngineMemory } from './engineMemory.ts';
import type { CoordinatorInput } from './engineProtocol.ts';
import { initialLayout } from './initialLayout.ts';
import { hierarchyRadii } from './hierarchy.ts';
import { fittingPerplexities, neighborCountFor } from './perplexity.ts';
import { writeScheduleInto } from './schedule.ts';
import { edgeCapacity, multiScaleSimilarities } from './similarities.ts';

const RECORD_BYTES = 16;

/** Everything before the first iteration: P, the start, and shared memory that holds both. */
export function prepareEngine(input: Omit<CoordinatorInput, 'module' | 'engine'>): EngineMemory {
  const { vectors, graph, parameters, threads, start } = input;
  const perplexities = fittingPerplexities(parameters, vectors.rows);
  const k = neighborCountFor(Math.max(...perplexities), vectors.rows);
  // P is written where the kernels read it: a copy of it would be the largest array of all.
  const memory = EngineMemory.allocate(vectors.rows, edgeCapacity(vectors.rows, k));
  const similarities = multiScaleSimilarities(graph, perplexities, (capacity) => ({
    columns: memory.words('columns', capacity),
    weights: memory.floats('similarities', capacity),
  }));
  writeScheduleInto(memory, parameters, threads);
  memory.setNumber('entropyTerm', similarities.entropyTerm);
  memory.doubles('positions').set(initialLayout({ vectors, graph, similarities, parameters, start: start ?? null }));
  memory.words('rowStarts', vectors.rows + 1).set(similarities.rowStarts);
  toRecordOffsets(similarities.columns);
  if (parameters.hierarchyWeight > 0) {
    const radii = hierarchyRadii(graph, memory.number('targetRadius'));
    memory.doubles('hierarchyRadii', vectors.rows).set(radii);
  }
  memory.doubles('gains', memory.pointCount).fill(1);
  memory.setInteger('needsRefresh', 1);
  return memory;
}

/** The kernels' columns are byte offsets of the neighbors' records. */
function toRecordOffsets(columns: Uint32Array): void {
  for (let edge = 0; edge < columns.length; edge++) columns[edge]! *= RECORD_BYTES;
}
