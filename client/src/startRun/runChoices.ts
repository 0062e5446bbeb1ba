import type { RunSummaryFragment, StartRunInput } from '../graphql/generated/graphql.ts';

/** What the form of a run holds: text as typed; an empty one leaves the choice to the server. */
export interface RunChoices {
  dataset: string;
  model: string;
  name: string;
  limit: string;
  seed: string;
  iterations: string;
  perplexity: string;
  /** More perplexities, separated by commas or spaces. */
  furtherPerplexities: string;
  method: RunParameters['method'];
  geometry: RunParameters['geometry'];
  curvatureScale: string;
  learningRate: string;
  earlyExaggeration: string;
  exaggeratedIterations: string;
  lateExaggeration: string;
  initialization: RunParameters['initialization'];
  /** The run whose layout is the start, where `initialization` is `LAYOUT`. */
  initialRunId: string;
  hierarchyWeight: string;
  pooling: string;
  resolution: string;
  /** How images are resized; empty is as the model’s own. */
  interpolation: string;
  /** Whether vectors are scaled to length 1. */
  normalize: 'no' | 'yes';
}

type RunParameters = RunSummaryFragment['parameters'];

export const DEFAULT_CHOICES: RunChoices = {
  dataset: 'emoji',
  model: 'nano',
  name: '',
  limit: '',
  seed: '1',
  iterations: '500',
  perplexity: '',
  furtherPerplexities: '',
  method: 'TSNE',
  geometry: 'POINCARE',
  curvatureScale: '',
  learningRate: '',
  earlyExaggeration: '',
  exaggeratedIterations: '',
  lateExaggeration: '',
  initialization: 'PCA',
  initialRunId: '',
  hierarchyWeight: '',
  pooling: 'cls',
  resolution: '',
  interpolation: '',
  normalize: 'no',
};

/** The choices behind a disclosure; all others are always seen. */
export const ADVANCED = [
  'seed',
  'method',
  'furtherPerplexities',
  'curvatureScale',
  'learningRate',
  'earlyExaggeration',
  'exaggeratedIterations',
  'lateExaggeration',
  'initialization',
  'hierarchyWeight',
  'pooling',
  'resolution',
  'interpolation',
  'normalize',
] as const satisfies readonly (keyof RunChoices)[];

/** How many of the advanced choices differ from the default. */
export function countAdvanced(choices: RunChoices): number {
  return ADVANCED.filter((name) => choices[name] !== DEFAULT_CHOICES[name]).length;
}

/** The question to the server; it checks the values and says in a sentence what is wrong. */
export function toStartInput(choices: RunChoices): StartRunInput {
  const umap = choices.method === 'UMAP';
  return {
    dataset: choices.dataset.trim(),
    model: choices.model,
    name: choices.name.trim() || undefined,
    limit: numberOf(choices.limit),
    seed: numberOf(choices.seed),
    iterations: numberOf(choices.iterations),
    perplexity: numberOf(choices.perplexity),
    furtherPerplexities: numbersOf(choices.furtherPerplexities),
    method: choices.method,
    // UMAP is here to compare with, and lives in the flat plane.
    geometry: umap ? 'EUCLIDEAN' : choices.geometry,
    curvatureScale: numberOf(choices.curvatureScale),
    learningRate: numberOf(choices.learningRate),
    earlyExaggeration: numberOf(choices.earlyExaggeration),
    exaggeratedIterations: numberOf(choices.exaggeratedIterations),
    lateExaggeration: numberOf(choices.lateExaggeration),
    initialization: choices.initialization,
    initialRunId: choices.initialization === 'LAYOUT' ? choices.initialRunId || undefined : undefined,
    hierarchyWeight: numberOf(choices.hierarchyWeight),
    pooling: choices.pooling,
    resolution: numberOf(choices.resolution),
    interpolation: choices.interpolation || undefined,
    normalize: choices.normalize === 'yes',
  };
}

/** The choices that made a run, to make another one like it. */
export function choicesOf(run: RunSummaryFragment): RunChoices {
  const { parameters } = run;
  return {
    dataset: run.datasetName ?? '',
    model: run.modelName ?? '',
    name: '',
    limit: textOf(parameters.limit),
    seed: textOf(run.seed),
    iterations: textOf(run.iterations),
    perplexity: textOf(parameters.perplexity),
    furtherPerplexities: parameters.furtherPerplexities.join(', '),
    method: parameters.method,
    geometry: parameters.geometry,
    curvatureScale: textOf(parameters.curvatureScale),
    learningRate: textOf(parameters.learningRate),
    earlyExaggeration: textOf(parameters.earlyExaggeration),
    exaggeratedIterations: textOf(parameters.exaggeratedIterations),
    lateExaggeration: textOf(parameters.lateExaggeration),
    initialization: parameters.initialization,
    initialRunId: parameters.initialRunId ?? '',
    hierarchyWeight: textOf(parameters.hierarchyWeight),
    pooling: parameters.pooling,
    resolution: textOf(parameters.resolution),
    interpolation: parameters.interpolation ?? '',
    normalize: parameters.normalize ? 'yes' : 'no',
  };
}

function numberOf(text: string): number | undefined {
  const trimmed = text.trim();
  return trimmed === '' ? undefined : Number(trimmed);
}

function numbersOf(text: string): number[] | undefined {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '');
  return words.length === 0 ? undefined : words.map(Number);
}

function textOf(value: number | null | undefined): string {
  return value == null ? '' : String(value);
}
