import type { RunSummaryFragment } from './graphql/generated/graphql.ts';
import { formatCount } from './runText.ts';

/** One setting of a run as people read it. */
export interface RunSetting {
  readonly key: string;
  readonly title: string;
  readonly textOf: (run: RunSummaryFragment) => string;
}

const AUTOMATIC = 'automatic';

function optional(value: number | null | undefined): string {
  return value == null ? AUTOMATIC : String(value);
}

/** Everything that was asked for, in the order in which it matters. */
export const RUN_SETTINGS: readonly RunSetting[] = [
  { key: 'dataset', title: 'Data set', textOf: (run) => run.datasetName ?? 'embeddings' },
  { key: 'model', title: 'Model', textOf: (run) => run.modelName ?? '–' },
  {
    key: 'images',
    title: 'Images',
    textOf: ({ parameters }) => (parameters.limit == null ? 'all' : formatCount(parameters.limit)),
  },
  { key: 'seed', title: 'Seed', textOf: (run) => String(run.seed) },
  {
    key: 'perplexity',
    title: 'Perplexity',
    textOf: ({ parameters }) => [parameters.perplexity, ...parameters.furtherPerplexities].join(', '),
  },
  { key: 'iterations', title: 'Iterations', textOf: (run) => formatCount(run.iterations) },
  { key: 'method', title: 'Method', textOf: ({ parameters }) => (parameters.method === 'UMAP' ? 'UMAP' : 't-SNE') },
  {
    key: 'plane',
    title: 'Plane',
    textOf: ({ parameters }) => (parameters.geometry === 'EUCLIDEAN' ? 'flat' : 'hyperbolic'),
  },
  { key: 'scale', title: 'Curvature scale', textOf: ({ parameters }) => optional(parameters.curvatureScale) },
  { key: 'rate', title: 'Learning rate', textOf: ({ parameters }) => optional(parameters.learningRate) },
  { key: 'early', title: 'Early exaggeration', textOf: ({ parameters }) => String(parameters.earlyExaggeration) },
  {
    key: 'early-for',
    title: 'Exaggerated iterations',
    textOf: ({ parameters }) => optional(parameters.exaggeratedIterations),
  },
  { key: 'late', title: 'Late exaggeration', textOf: ({ parameters }) => String(parameters.lateExaggeration) },
  { key: 'start', title: 'Start', textOf: ({ parameters }) => parameters.initialization.toLowerCase() },
  { key: 'from', title: 'Started from', textOf: ({ parameters }) => parameters.initialRunId ?? '–' },
  { key: 'hierarchy', title: 'Hierarchy weight', textOf: ({ parameters }) => String(parameters.hierarchyWeight) },
  { key: 'pooling', title: 'Pooling', textOf: ({ parameters }) => parameters.pooling },
  { key: 'resolution', title: 'Resolution', textOf: ({ parameters }) => optional(parameters.resolution) },
  {
    key: 'interpolation',
    title: 'Interpolation',
    textOf: ({ parameters }) => parameters.interpolation ?? 'the model’s own',
  },
  { key: 'length', title: 'Length of vectors', textOf: ({ parameters }) => (parameters.normalize ? '1' : 'as given') },
];

/** The settings in which not all of these runs are the same. */
export function differingSettings(runs: readonly RunSummaryFragment[]): RunSetting[] {
  return RUN_SETTINGS.filter(({ textOf }) => new Set(runs.map(textOf)).size > 1);
}

/** Equal for runs that differ in nothing but their seed. */
export function settingsKey(run: RunSummaryFragment): string {
  return RUN_SETTINGS.filter(({ key }) => key !== 'seed')
    .map(({ textOf }) => textOf(run))
    .join('\u0000');
}

/** One figure of a finished run. */
export interface RunFigure {
  readonly key: string;
  readonly title: string;
  readonly digits: number;
  /** Which way is better; null where neither is. */
  readonly better: 'higher' | 'lower' | null;
  readonly valueOf: (run: RunSummaryFragment) => number | null;
}

function quality(name: keyof NonNullable<RunSummaryFragment['quality']>) {
  return (run: RunSummaryFragment): number | null => (run.quality?.[name] as number | null | undefined) ?? null;
}

/** Seconds that a run has worked, pauses left out. */
export function workedSeconds({ durations }: RunSummaryFragment): number | null {
  return durations.length === 0 ? null : durations.reduce((sum, { seconds }) => sum + seconds, 0);
}

export const RUN_FIGURES: readonly RunFigure[] = [
  { key: 'recall', better: 'higher', title: 'Recall', digits: 3, valueOf: quality('recallAt15') },
  { key: 'trust', better: 'higher', title: 'Trustworthiness', digits: 3, valueOf: quality('trustworthinessAt15') },
  { key: 'continuity', better: 'higher', title: 'Continuity', digits: 3, valueOf: quality('continuityAt15') },
  { key: 'labelKnn', better: 'higher', title: 'Label kNN', digits: 3, valueOf: quality('labelKnnAt15') },
  { key: 'ranks', better: 'higher', title: 'Distance ranks', digits: 3, valueOf: quality('distanceCorrelation') },
  { key: 'rim', better: 'lower', title: 'At the rim', digits: 3, valueOf: quality('rimFraction') },
  { key: 's', better: null, title: 'Scale s', digits: 2, valueOf: quality('curvatureScale') },
  { key: 'seconds', better: 'lower', title: 'Seconds', digits: 1, valueOf: workedSeconds },
];

/** +0.012, −0.3; the sign is always there. */
export function formatDelta(delta: number, digits: number): string {
  return `${delta < 0 ? '−' : '+'}${Math.abs(delta).toFixed(digits)}`;
}
