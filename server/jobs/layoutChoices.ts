import { BadInputError, NotFoundError } from '../errors.ts';
import { DEFAULT_PROJECTION_PARAMETERS } from '../storage/run.ts';
import type { Initialization, LayoutGeometry, LayoutMethod, ProjectionParameters } from '../storage/run.ts';
import type { RunStore } from '../storage/store.ts';
import { numberBetween, wholeNumberBetween } from './numberBetween.ts';

const MAX_PERPLEXITIES = 8;

/** How a layout is made; what is left out or null has a default. */
export interface LayoutOrder {
  readonly seed?: number | null;
  readonly iterations?: number | null;
  readonly perplexity?: number | null;
  readonly furtherPerplexities?: readonly number[] | null;
  readonly curvatureScale?: number | null;
  readonly geometry?: LayoutGeometry | null;
  readonly method?: LayoutMethod | null;
  readonly learningRate?: number | null;
  readonly earlyExaggeration?: number | null;
  readonly exaggeratedIterations?: number | null;
  readonly lateExaggeration?: number | null;
  readonly initialization?: Initialization | null;
  readonly initialRunId?: string | null;
  readonly hierarchyWeight?: number | null;
}

/** @throws BadInputError naming the value, or what does not go together. */
export function toParameters(order: LayoutOrder): ProjectionParameters {
  const defaults = DEFAULT_PROJECTION_PARAMETERS;
  const number = (name: keyof LayoutOrder, least: number, most: number) =>
    numberBetween(name, order[name] as number | null | undefined, least, most);
  const wholeNumber = (name: keyof LayoutOrder, least: number, most: number) =>
    wholeNumberBetween(name, order[name] as number | null | undefined, least, most);
  const method = order.method ?? defaults.method;
  const initialization = order.initialization ?? (order.initialRunId == null ? defaults.initialization : 'layout');
  const parameters: ProjectionParameters = {
    seed: wholeNumber('seed', 0, 2 ** 31 - 1) ?? defaults.seed,
    iterations: wholeNumber('iterations', 1, 100_000) ?? defaults.iterations,
    perplexity: number('perplexity', 2, 200) ?? defaults.perplexity,
    furtherPerplexities: perplexities(order.furtherPerplexities),
    curvatureScale: number('curvatureScale', 0.1, 1000) ?? defaults.curvatureScale,
    geometry: order.geometry ?? (method === 'umap' ? 'euclidean' : defaults.geometry),
    method,
    learningRate: number('learningRate', 0.001, 1e7) ?? defaults.learningRate,
    earlyExaggeration: number('earlyExaggeration', 0.1, 100) ?? defaults.earlyExaggeration,
    exaggeratedIterations: wholeNumber('exaggeratedIterations', 0, 100_000) ?? defaults.exaggeratedIterations,
    lateExaggeration: number('lateExaggeration', 0.1, 100) ?? defaults.lateExaggeration,
    initialization,
    initialRunId: order.initialRunId ?? null,
    hierarchyWeight: number('hierarchyWeight', 0, 1) ?? defaults.hierarchyWeight,
  };
  requireFitting(parameters);
  return parameters;
}

function requireFitting({ method, geometry, hierarchyWeight, initialization, initialRunId }: ProjectionParameters) {
  if (method === 'umap' && geometry !== 'euclidean') {
    throw new BadInputError('method: UMAP is flat here; leave geometry out or choose EUCLIDEAN');
  }
  if (hierarchyWeight > 0 && geometry === 'euclidean') {
    throw new BadInputError('hierarchyWeight: a flat layout has no radius for depth; choose POINCARE or leave it at 0');
  }
  if ((initialization === 'layout') !== (initialRunId !== null)) {
    throw new BadInputError('initialRunId: it is needed for the initialization LAYOUT, and for no other');
  }
}

function perplexities(values: readonly number[] | null | undefined): readonly number[] {
  if (values == null) return [];
  if (values.length > MAX_PERPLEXITIES) {
    throw new BadInputError(`furtherPerplexities: ${values.length} of them, at most ${MAX_PERPLEXITIES}`);
  }
  for (const value of values) numberBetween('furtherPerplexities', value, 2, 200);
  return values;
}

/** @throws NotFoundError unless the run to start from exists and has a layout. */
export async function requireInitialRun({ initialRunId }: ProjectionParameters, runs: RunStore): Promise<void> {
  if (initialRunId === null) return;
  if ((await runs.findRun(initialRunId)) === null) throw new NotFoundError(`no run has the id ${initialRunId}`);
  if ((await runs.listKeyframes(initialRunId)).length === 0) {
    throw new NotFoundError(`initialRunId: run ${initialRunId} has no layout yet`);
  }
}
