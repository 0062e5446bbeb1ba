export type LayoutGeometry = 'poincare' | 'euclidean';

/** Where the optimization starts; `layout` is an earlier run's. */
export const INITIALIZATIONS = ['pca', 'spectral', 'random', 'layout'] as const;
export type Initialization = (typeof INITIALIZATIONS)[number];

export const LAYOUT_METHODS = ['tsne', 'umap'] as const;
export type LayoutMethod = (typeof LAYOUT_METHODS)[number];

/** What decides a layout, together with the embeddings. */
export interface ProjectionParameters {
  readonly seed: number;
  readonly iterations: number;
  readonly perplexity: number;
  /** More scales: the similarities are the mean over all perplexities. */
  readonly furtherPerplexities: readonly number[];
  /** The scale s of the kernel 1 / (1 + 4 s² sinh²(d/2)); `auto` lets the engine find it. */
  readonly curvatureScale: 'auto' | number;
  readonly geometry: LayoutGeometry;
  /** `umap` is flat, and takes of the rest only seed, iterations and the first perplexity, as its number of neighbors. */
  readonly method: LayoutMethod;
  /** η, to be divided by s². */
  readonly learningRate: 'auto' | number;
  /** What the attraction is multiplied with in the first iterations, and after them. */
  readonly earlyExaggeration: number;
  readonly exaggeratedIterations: 'auto' | number;
  readonly lateExaggeration: number;
  readonly initialization: Initialization;
  /** The run whose layout is the start; null unless `initialization` is `layout`. */
  readonly initialRunId: string | null;
  /** λ: how strongly each point is pulled to the radius of its place in the hierarchy; 0 is plain t-SNE. */
  readonly hierarchyWeight: number;
}

/** What is changed while a layout is optimized; what is left out stays, `auto` goes back to the schedule. */
export interface SteeringChange {
  readonly learningRate?: 'auto' | number;
  readonly exaggeration?: 'auto' | number;
  readonly curvatureScale?: 'auto' | number;
}

/** A change as the run's history keeps it. */
export interface RecordedChange {
  /** Position in the run's changes, from 0. */
  readonly ordinal: number;
  /** Iterations that were done when it took effect; null while it has not. */
  readonly iteration: number | null;
  readonly change: SteeringChange;
  readonly createdAt: Date;
}

export const DEFAULT_PROJECTION_PARAMETERS: ProjectionParameters = {
  seed: 1,
  iterations: 500,
  perplexity: 30,
  furtherPerplexities: [],
  curvatureScale: 'auto',
  geometry: 'poincare',
  method: 'tsne',
  learningRate: 'auto',
  earlyExaggeration: 12,
  exaggeratedIterations: 'auto',
  lateExaggeration: 1,
  initialization: 'pca',
  initialRunId: null,
  hierarchyWeight: 0,
};

/** One iteration's figures. */
export interface IterationStatistics {
  /** 1-based: the number of iterations done. */
  readonly iteration: number;
  /**
   * Kullback–Leibler divergence of the layout's similarities from the embedding's, in nats: as measured last, which is
   * every fifth iteration and at the end.
   */
  readonly loss: number;
  /** Root mean square of the Riemannian gradient. */
  readonly gradientNorm: number;
  readonly curvatureScale: number;
  readonly exaggeration: number;
  /** Recall on a sample of points, of a layout at most a few iterations before; only where it was measured. */
  readonly recallAt15?: number | null;
}

/** The quality figures by their fixed names (see `measureQuality`). */
export interface Quality {
  readonly recallAt15: number;
  readonly trustworthinessAt15: number;
  readonly continuityAt15: number;
  readonly labelKnnAt15: number | null;
  readonly rimFraction: number;
  readonly curvatureScale: number;
  /** Spearman's correlation of distance in the embedding and on the layout, over pairs of points. */
  readonly distanceCorrelation: number;
  /** Mean relative error of the tree's distances; null where no tree is known. */
  readonly treeDistortion: number | null;
  /** Points on which the figures were computed; all of them up to 20,000, a seeded sample beyond. */
  readonly sampleSize: number;
  /** Half widths of the 95 % confidence intervals of what was measured on a sample; 0 where it is exact. */
  readonly errors: QualityErrors;
}

export interface QualityErrors {
  readonly recallAt15: number;
  readonly trustworthinessAt15: number;
  readonly continuityAt15: number;
  readonly distanceCorrelation: number;
  readonly treeDistortion: number | null;
}

export const RUN_STATUSES = [
  'QUEUED',
  'EXTRACTING',
  'NEIGHBORS',
  'OPTIMIZING',
  'PAUSED',
  'DONE',
  'FAILED',
  'CANCELED',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Statuses from which a run never moves again. */
export const FINAL_STATUSES: ReadonlySet<RunStatus> = new Set(['DONE', 'FAILED', 'CANCELED']);

/** What a run is doing now, for people: `{ name: 'Extracting embeddings', done: 1280, total: 10000, unit: 'images' }`. */
export interface StageProgress {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly ratePerSecond: number | null;
  readonly etaSeconds: number | null;
}

export interface RunFailure {
  readonly code: string;
  readonly message: string;
}

/** What was asked for when a run was started. */
export interface RunRequest {
  readonly datasetName: string | null;
  readonly modelName: string | null;
  /** Number of images, spread evenly over the data set; null means all. */
  readonly limit: number | null;
  readonly pooling: string;
  readonly resolution: number | null;
  /** Null or left out: the model's own. */
  readonly interpolation?: string | null | undefined;
  /** Default false. */
  readonly normalize?: boolean | undefined;
}

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  readonly tags: readonly string[];
  /** Runs that belong together, such as those of a sweep. */
  readonly group: string | null;
  /** Put away: lists leave it out unless they are asked for it. */
  readonly archivedAt: Date | null;
  readonly status: RunStatus;
  readonly request: RunRequest;
  readonly parameters: ProjectionParameters;
  /** Known once extraction has begun. */
  readonly embeddingSetId: string | null;
  readonly pointCount: number;
  readonly stage: StageProgress;
  readonly iteration: number;
  readonly quality: Quality | null;
  readonly failure: RunFailure | null;
  /** Engines, versions and seconds per stage, as in `run.json`. */
  readonly provenance: Readonly<Record<string, unknown>>;
  /** Of those that wait, the highest goes first. */
  readonly priority: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A stored layout: N × 2 float64, interleaved. */
export interface Keyframe {
  readonly iteration: number;
  readonly coordinates: Float64Array;
}
