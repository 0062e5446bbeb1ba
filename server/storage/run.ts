export type LayoutGeometry = 'poincare' | 'euclidean';

/** What decides a layout, together with the embeddings. */
export interface ProjectionParameters {
  readonly seed: number;
  readonly iterations: number;
  readonly perplexity: number;
  /** The scale s of the kernel 1 / (1 + 4 s² sinh²(d/2)); `auto` lets the engine find it. */
  readonly curvatureScale: 'auto' | number;
  readonly geometry: LayoutGeometry;
}

export const DEFAULT_PROJECTION_PARAMETERS: ProjectionParameters = {
  seed: 1,
  iterations: 500,
  perplexity: 30,
  curvatureScale: 'auto',
  geometry: 'poincare',
};

/** One iteration's figures. */
export interface IterationStatistics {
  /** 1-based: the number of iterations done. */
  readonly iteration: number;
  /** Kullback–Leibler divergence of the layout's similarities from the embedding's, in nats. */
  readonly loss: number;
  /** Root mean square of the Riemannian gradient. */
  readonly gradientNorm: number;
  readonly curvatureScale: number;
  readonly exaggeration: number;
}

/** The quality figures by their fixed names (see `measureQuality`). */
export interface Quality {
  readonly recallAt15: number;
  readonly trustworthinessAt15: number;
  readonly continuityAt15: number;
  readonly labelKnnAt15: number | null;
  readonly rimFraction: number;
  readonly curvatureScale: number;
  /** Points on which the figures were computed; all of them up to 20,000, a seeded sample beyond. */
  readonly sampleSize: number;
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
}

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly notes: string;
  readonly tags: readonly string[];
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
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A stored layout: N × 2 float64, interleaved. */
export interface Keyframe {
  readonly iteration: number;
  readonly coordinates: Float64Array;
}
