/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What a link shows to whoever has it. */
export type CreateShareLinkInput = {
  /** Whether whoever has it may take the layouts away as files. */
  allowDownload?: boolean | null | undefined;
  /** When the link stops working; by default never. */
  expiresAt?: string | null | undefined;
  /** One run, or up to six to compare. */
  runIds: Array<string | number>;
  /** The query string of the page: center, zoom, rotation, color-by, selection, iteration. */
  viewState: string;
};

/** A place in the open unit disk: x² + y² < 1. */
export type DiskPointInput = {
  /** To the right. */
  x: number;
  /** Upwards. */
  y: number;
};

/** How coordinates are written: base64 of little-endian numbers, x0 y0 x1 y1 … */
export type FrameEncoding =
  /** 32-bit floats. */
  | 'FLOAT32'
  /** 16-bit integers, round(32767 · coordinate). */
  | 'INT16';

/** The plane in which a layout lies. */
export type Geometry =
  /** Flat t-SNE by the same engine, to compare with. */
  | 'EUCLIDEAN'
  /** The hyperbolic plane, as the Poincaré disk. */
  | 'POINCARE';

/** Where the optimization starts. */
export type Initialization =
  /** The layout of the run initialRunId. */
  | 'LAYOUT'
  /** The first two principal components. */
  | 'PCA'
  /** Normal noise from the seed. */
  | 'RANDOM'
  /** Laplacian eigenmaps of the neighbor graph. */
  | 'SPECTRAL';

/** What makes a layout of the neighbors. */
export type LayoutMethod =
  /** t-SNE by the engine of this product, on the disk or flat. */
  | 'TSNE'
  /** UMAP by umap-js, flat, to compare with. */
  | 'UMAP';

/** By which distance neighbors are ranked. */
export type Metric =
  /** Cosine distance in the embedding, 1 − cos. */
  | 'COSINE'
  /** Hyperbolic distance on the disk, at curvature −1; straight distance on a flat layout. */
  | 'GEODESIC';

/** Which runs to list; all that is given must hold. */
export type RunFilter = {
  /** True for those that are put away, false for the others; by default both. */
  archived?: boolean | null | undefined;
  /** The data set asked for. */
  datasetName?: string | null | undefined;
  /** The group. */
  group?: string | null | undefined;
  /** The model asked for. */
  modelName?: string | null | undefined;
  /** Part of the name, in any case. */
  search?: string | null | undefined;
  /** One of these statuses. */
  statuses?: Array<RunStatus> | null | undefined;
  /** One of the run’s tags. */
  tag?: string | null | undefined;
};

/** Where a run stands. DONE, FAILED and CANCELED are final. */
export type RunStatus =
  /** Ended on request. */
  | 'CANCELED'
  /** The layout and its quality figures are final. */
  | 'DONE'
  /** Opens the data set and embeds the images that have no embedding yet. */
  | 'EXTRACTING'
  /** Ended by an error; see the field error. */
  | 'FAILED'
  /** Searches the nearest neighbors of every embedding. */
  | 'NEIGHBORS'
  /** Moves the layout, then measures its quality. */
  | 'OPTIMIZING'
  /** Stopped on request; goes on with resumeRun. */
  | 'PAUSED'
  /** Waits for its turn. */
  | 'QUEUED';

/** What to lay out: either a data set and a model, or a stored set of embeddings; and how. */
export type StartRunInput = {
  /** The scale s of the kernel, 0.1 to 1000; by default found by the engine. */
  curvatureScale?: number | null | undefined;
  /** A name of the query datasets, or the path of a folder, archive or Parquet file of images. */
  dataset?: string | null | undefined;
  /** Factor on the attraction at the start, 0.1 to 100; by default 12. */
  earlyExaggeration?: number | null | undefined;
  /** Stored embeddings, instead of data set and model. */
  embeddingSetId?: string | number | null | undefined;
  /** Iterations with that factor; by default a fifth of all, at most 100. */
  exaggeratedIterations?: number | null | undefined;
  /** More perplexities, up to eight, 2 to 200: similarities are the mean over all. */
  furtherPerplexities?: Array<number> | null | undefined;
  /** The plane; by default POINCARE. */
  geometry?: Geometry | null | undefined;
  /** Runs of the same group belong together. */
  group?: string | null | undefined;
  /** How strongly depth in the data’s hierarchy shows as radius, 0 to 1; by default 0. */
  hierarchyWeight?: number | null | undefined;
  /** A second call with the same key gives the run of the first instead of another one. */
  idempotencyKey?: string | null | undefined;
  /** The run whose layout is the start, of the same data set. */
  initialRunId?: string | number | null | undefined;
  /** Where it starts; by default PCA. */
  initialization?: Initialization | null | undefined;
  /** How images are resized, bilinear or bicubic; by default as the model’s own. */
  interpolation?: string | null | undefined;
  /** Iterations, 1 to 100000; by default 500. */
  iterations?: number | null | undefined;
  /** Factor on the attraction after that, 0.1 to 100; by default 1. */
  lateExaggeration?: number | null | undefined;
  /** Learning rate η, 0.001 to 10000000; by default N over the exaggeration, N/2 at most. */
  learningRate?: number | null | undefined;
  /** Number of images, spread evenly over the data set; by default all. */
  limit?: number | null | undefined;
  /** t-SNE, or UMAP to compare with; by default TSNE. */
  method?: LayoutMethod | null | undefined;
  /** A name of the query models, or the path of a folder with config.json and weights. */
  model?: string | null | undefined;
  /** A name for people; by default made from data set and model. */
  name?: string | null | undefined;
  /** Scale every vector to length 1; by default false. */
  normalize?: boolean | null | undefined;
  /** Effective number of neighbors, 2 to 200; by default 30, or less for few images. */
  perplexity?: number | null | undefined;
  /** cls, mean or cls+mean; by default cls. */
  pooling?: string | null | undefined;
  /** Of the runs that wait, the highest goes first; −100 to 100, by default 0. */
  priority?: number | null | undefined;
  /** Input resolution in pixels, a multiple of the patch size; by default the model’s own. */
  resolution?: number | null | undefined;
  /** Seed, 0 to 2147483647; by default 1. */
  seed?: number | null | undefined;
};

export type RunStateFragment = { id: string, name: string, status: RunStatus, createdAt: string, iteration: number, iterations: number, pointCount: number, stage: { name: string, done: number, total: number, unit: string }, error: { code: string, message: string } | null, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number } | null };

export type RunsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: RunFilter | null | undefined;
}>;


export type RunsQuery = { runs: { totalCount: number, nodes: Array<{ id: string, name: string, status: RunStatus, createdAt: string, iteration: number, iterations: number, pointCount: number, stage: { name: string, done: number, total: number, unit: string }, error: { code: string, message: string } | null, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type RunQueryVariables = Exact<{
  id: string | number;
}>;


export type RunQuery = { run: { id: string, name: string, status: RunStatus, createdAt: string, iteration: number, iterations: number, pointCount: number, stage: { name: string, done: number, total: number, unit: string }, error: { code: string, message: string } | null, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number } | null } | null };

export type StartRunMutationVariables = Exact<{
  input: StartRunInput;
}>;


export type StartRunMutation = { startRun: { id: string, name: string, status: RunStatus, createdAt: string, iteration: number, iterations: number, pointCount: number, stage: { name: string, done: number, total: number, unit: string }, error: { code: string, message: string } | null, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number } | null } };

export type LayoutQueryVariables = Exact<{
  id: string | number;
  iteration?: number | null | undefined;
}>;


export type LayoutQuery = { run: { layout: { iteration: number, encoding: FrameEncoding, pointCount: number, coordinates: string } | null, points: { labelNames: Array<string>, labelCodes: string, imageIndices: string } } | null };

export type WatchRunSubscriptionVariables = Exact<{
  id: string | number;
  maxFramesPerSecond?: number | null | undefined;
}>;


export type WatchRunSubscription = { runProgress: { run: { id: string, name: string, status: RunStatus, createdAt: string, iteration: number, iterations: number, pointCount: number, stage: { name: string, done: number, total: number, unit: string }, error: { code: string, message: string } | null, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number } | null }, frame: { iteration: number, encoding: FrameEncoding, pointCount: number, coordinates: string } | null, stats: { iteration: number, loss: number } | null } };

export type NeighborsQueryVariables = Exact<{
  runId: string | number;
  point?: number | null | undefined;
  at?: DiskPointInput | null | undefined;
  k?: number | null | undefined;
  radius?: number | null | undefined;
  metric?: Metric | null | undefined;
}>;


export type NeighborsQuery = { neighbors: Array<{ point: number, distance: number, rank: number, x: number, y: number, label: string | null, otherRank: number | null }> };

export type CompareRunsQueryVariables = Exact<{
  left: string | number;
  right: string | number;
}>;


export type CompareRunsQuery = { compareRuns: { pointCount: number, meanDisplacement: number, neighborhoodOverlap: number, displacement: string, overlap: string, imageIndices: string, alignment: { centerX: number, centerY: number, rotation: number, reflected: boolean } } };

export type CreateShareLinkMutationVariables = Exact<{
  input: CreateShareLinkInput;
}>;


export type CreateShareLinkMutation = { createShareLink: { id: string, url: string | null } };
