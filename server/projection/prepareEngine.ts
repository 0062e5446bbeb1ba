import { EngineMemory } from './engineMemory.ts';
import type { CoordinatorInput } from './engineProtocol.ts';
import { initialLayout } from './initialLayout.ts';
import { hierarchyRadii } from './hierarchy.ts';
import { fittingPerplexities } from './perplexity.ts';
import { writeScheduleInto } from './schedule.ts';
import { multiScaleSimilarities, type Similarities } from './similarities.ts';

const RECORD_BYTES = 16;

/** Everything before the first iteration: P, the start, and shared memory that holds both. */
export function prepareEngine(input: Omit<CoordinatorInput, 'module'>): EngineMemory {
  const { vectors, graph, parameters, threads, start } = input;
  const similarities = multiScaleSimilarities(graph, fittingPerplexities(parameters, vectors.rows));
  const memory = EngineMemory.allocate(vectors.rows, similarities.columns.length);
  writeScheduleInto(memory, parameters, threads);
  memory.setNumber('entropyTerm', similarities.entropyTerm);
  writeSimilaritiesInto(memory, similarities);
  memory.doubles('positions').set(initialLayout({ vectors, graph, similarities, parameters, start: start ?? null }));
  if (parameters.hierarchyWeight > 0) {
    const radii = hierarchyRadii(graph, memory.number('targetRadius'));
    memory.doubles('hierarchyRadii', vectors.rows).set(radii);
  }
  memory.doubles('gains').fill(1);
  memory.setInteger('needsRefresh', 1);
  return memory;
}

export function writeSimilaritiesInto(memory: EngineMemory, similarities: Similarities): void {
  const edgeCount = similarities.columns.length;
  memory.words('rowStarts', similarities.pointCount + 1).set(similarities.rowStarts);
  memory.words('columns', edgeCount).set(similarities.columns.map((column) => column * RECORD_BYTES));
  memory.floats('similarities', edgeCount).set(similarities.weights);
}
