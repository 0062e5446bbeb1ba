import type { ProjectionInput } from '../../server/projection/projection.ts';
import { conditionalSimilarities, symmetrize, type Similarities } from '../../server/projection/similarities.ts';

/** P of an input, over all the neighbors that its graph has. */
export function similaritiesOf({ graph, parameters }: ProjectionInput): Similarities {
  return symmetrize(graph, graph.k, conditionalSimilarities(graph, graph.k, parameters.perplexity));
}
