/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** A new login. */
export type AcceptInvitationInput = {
  /** Mail address, to log in with. */
  email: string;
  /** Name, as others will see it. */
  name: string;
  /** 12 to 128 characters. */
  password: string;
  /** The secret of the link. */
  token: string;
};

/** What decides how one layout is laid over another. */
export type ComparisonFit =
  /** All images that both have. */
  | 'ALL'
  /** The images that are given. */
  | 'IMAGES'
  /** Nothing: both layouts stay as they are. */
  | 'NONE';

/** A token for a program. */
export type CreateApiTokenInput = {
  /** Days until it stops working, 1 to 366. */
  days?: number | null | undefined;
  /** What it is for. */
  name: string;
  /** The most that it may do. */
  role?: Role | null | undefined;
};

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

/** For whom a link is made. */
export type InviteMemberInput = {
  /** Days until it stops working, 1 to 90. */
  days?: number | null | undefined;
  /** For whom it is. */
  note?: string | null | undefined;
  /** What the person will be allowed to do. */
  role: Role;
};

/** What makes a layout of the neighbors. */
export type LayoutMethod =
  /** t-SNE by the engine of this product, on the disk or flat. */
  | 'TSNE'
  /** UMAP by umap-js, flat, to compare with. */
  | 'UMAP';

/** What somebody may do; each may all that the ones before it may. */
export type Role =
  /** Invite people, change what they may do, read the audit log. */
  | 'ADMIN'
  /** Start, change and delete runs, and share them. */
  | 'EDITOR'
  /** Look at everything. */
  | 'VIEWER';

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

/** Several runs as one group: every combination of the seeds, perplexities and models that are given. */
export type StartSweepInput = {
  /** What all of them have in common. */
  base: StartRunInput;
  /** Models, instead of the one of `base`. */
  models?: Array<string> | null | undefined;
  /** Perplexities, instead of the one of `base`. */
  perplexities?: Array<number> | null | undefined;
  /** Seeds, instead of the one of `base`. */
  seeds?: Array<number> | null | undefined;
};

/** What to change while a layout is optimized; what is left out stays. */
export type SteerRunInput = {
  /** What goes back to its schedule. */
  automatic?: Array<SteerableSetting> | null | undefined;
  /** The scale s of the kernel, 0.1 to 1000; the layout moves there within some iterations. */
  curvatureScale?: number | null | undefined;
  /** Factor on the attraction, 0.1 to 100, instead of the schedule’s. */
  exaggeration?: number | null | undefined;
  /** Learning rate η of t-SNE, 0.001 to 10000000. */
  learningRate?: number | null | undefined;
};

/** What can be changed while a layout is optimized. */
export type SteerableSetting =
  | 'CURVATURE_SCALE'
  | 'EXAGGERATION'
  | 'LEARNING_RATE';

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { loginRequired: boolean, role: Role | null, id: string | null, name: string | null } };

export type OfferedInvitationQueryVariables = Exact<{
  token: string;
}>;


export type OfferedInvitationQuery = { invitation: { role: Role, createdBy: string, expiresAt: string } | null };

export type AcceptInvitationMutationVariables = Exact<{
  input: AcceptInvitationInput;
}>;


export type AcceptInvitationMutation = { acceptInvitation: boolean };

export type MembersQueryVariables = Exact<{ [key: string]: never; }>;


export type MembersQuery = { members: Array<{ id: string, name: string, email: string, role: Role, disabledAt: string | null, createdAt: string }>, invitations: Array<{ id: string, role: Role, note: string, createdBy: string, expiresAt: string }> };

export type InviteMemberMutationVariables = Exact<{
  input: InviteMemberInput;
}>;


export type InviteMemberMutation = { inviteMember: { id: string, url: string | null } };

export type RevokeInvitationMutationVariables = Exact<{
  id: string | number;
}>;


export type RevokeInvitationMutation = { revokeInvitation: { id: string } };

export type ChangeMemberMutationVariables = Exact<{
  id: string | number;
  role?: Role | null | undefined;
  disabled?: boolean | null | undefined;
}>;


export type ChangeMemberMutation = { changeMember: { id: string, role: Role, disabledAt: string | null } };

export type ApiTokensQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiTokensQuery = { apiTokens: Array<{ id: string, name: string, role: Role, createdAt: string, expiresAt: string, revokedAt: string | null, lastUsedAt: string | null }> };

export type CreateApiTokenMutationVariables = Exact<{
  input: CreateApiTokenInput;
}>;


export type CreateApiTokenMutation = { createApiToken: { id: string, token: string | null } };

export type RevokeApiTokenMutationVariables = Exact<{
  id: string | number;
}>;


export type RevokeApiTokenMutation = { revokeApiToken: { id: string } };

export type AuditLogQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  subject?: string | null | undefined;
  actorName?: string | null | undefined;
  action?: string | null | undefined;
}>;


export type AuditLogQuery = { auditLog: { totalCount: number, nodes: Array<{ at: string, actorKind: string, actorName: string, action: string, subject: string | null, detail: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type DatasetsQueryVariables = Exact<{ [key: string]: never; }>;


export type DatasetsQuery = { datasets: Array<{ id: string, name: string, kind: string, imageCount: number, imageWidth: number | null, imageHeight: number | null, createdAt: string, labels: Array<{ name: string, count: number }>, failures: Array<{ file: string, reason: string }> }> };

export type ModelsQueryVariables = Exact<{ [key: string]: never; }>;


export type ModelsQuery = { models: Array<{ name: string, embeddingSize: number, resolution: number, parameterCount: number, license: string, available: boolean, weightBytes: number | null, preferred: boolean, trained: boolean, fetchCommand: string | null }> };

export type EnginesQueryVariables = Exact<{ [key: string]: never; }>;


export type EnginesQuery = { server: { engines: Array<{ name: string, available: boolean, preferred: boolean, detail: string }> } };

export type ServerQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerQuery = { server: { version: string, notices: Array<string> } };

export type DatasetQueryVariables = Exact<{
  id: string | number;
}>;


export type DatasetQuery = { node:
    | { id: string, name: string, kind: string, imageCount: number, imageWidth: number | null, imageHeight: number | null, createdAt: string, labelCodes: string, labels: Array<{ name: string, count: number }>, failures: Array<{ file: string, reason: string }>, embeddingSets: Array<{ id: string, modelName: string, modelChecksum: string, trained: boolean, pooling: string, resolution: number, interpolation: string, normalize: boolean, engine: string, dimension: number, storedCount: number, createdAt: string }>, runs: Array<{ id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } }> }
    | Record<PropertyKey, never>
   | null };

export type StartFormQueryVariables = Exact<{ [key: string]: never; }>;


export type StartFormQuery = { models: Array<{ name: string, available: boolean, preferred: boolean, trained: boolean, fetchCommand: string | null }>, datasets: Array<{ id: string, name: string, imageCount: number, embeddingSets: Array<{ id: string, modelName: string, pooling: string, resolution: number, interpolation: string, normalize: boolean, storedCount: number }> }>, runs: { nodes: Array<{ id: string, name: string, datasetName: string | null, modelName: string | null, pointCount: number, iterations: number, parameters: { method: LayoutMethod }, durations: Array<{ stage: string, seconds: number }> }> } };

export type CommandTargetsQueryVariables = Exact<{ [key: string]: never; }>;


export type CommandTargetsQuery = { runs: { nodes: Array<{ id: string, name: string }> }, datasets: Array<{ id: string, name: string }> };

export type CompareRunsQueryVariables = Exact<{
  left: string | number;
  right: string | number;
  fit?: ComparisonFit | null | undefined;
  images?: Array<number> | number | null | undefined;
}>;


export type CompareRunsQuery = { compareRuns: { pointCount: number, meanDisplacement: number, neighborhoodOverlap: number, displacement: string, overlap: string, imageIndices: string, alignment: { centerX: number, centerY: number, rotation: number, reflected: boolean } } };

export type RunStabilityQueryVariables = Exact<{
  runIds: Array<string | number> | string | number;
}>;


export type RunStabilityQuery = { runStability: { runCount: number, pointCount: number, agreement: string, imageIndices: string, mean: number, low: number | null, high: number | null } };

export type RunSettingsQueryVariables = Exact<{
  id: string | number;
}>;


export type RunSettingsQuery = { run: { id: string, name: string, datasetName: string | null, modelName: string | null, engine: string | null, embeddingSet: { id: string, name: string } | null, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } } | null };

export type QualityFiguresFragment = { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null };

export type RunSettingsFragment = { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean };

export type RunSummaryFragment = { id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } };

export type NeighborEntryFragment = { point: number, distance: number, rank: number, label: string | null, otherRank: number | null };

export type NeighborsQueryVariables = Exact<{
  runId: string | number;
  point: number;
  k: number;
  radius?: number | null | undefined;
}>;


export type NeighborsQuery = { onDisk: Array<{ point: number, distance: number, rank: number, label: string | null, otherRank: number | null }>, inEmbedding: Array<{ point: number, distance: number, rank: number, label: string | null, otherRank: number | null }> };

export type PlaceNeighborsQueryVariables = Exact<{
  runId: string | number;
  at: DiskPointInput;
  k: number;
  radius?: number | null | undefined;
}>;


export type PlaceNeighborsQuery = { onDisk: Array<{ point: number, distance: number, rank: number, label: string | null, otherRank: number | null }> };

export type StartRunMutationVariables = Exact<{
  input: StartRunInput;
}>;


export type StartRunMutation = { startRun: { id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } } };

export type PauseRunMutationVariables = Exact<{
  id: string | number;
}>;


export type PauseRunMutation = { pauseRun: { id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } } };

export type ResumeRunMutationVariables = Exact<{
  id: string | number;
}>;


export type ResumeRunMutation = { resumeRun: { id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } } };

export type CancelRunMutationVariables = Exact<{
  id: string | number;
}>;


export type CancelRunMutation = { cancelRun: { id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } } };

export type DeleteRunMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteRunMutation = { deleteRun: string };

export type RenameRunMutationVariables = Exact<{
  id: string | number;
  name: string;
}>;


export type RenameRunMutation = { updateRun: { id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } } };

export type SteerRunMutationVariables = Exact<{
  id: string | number;
  input: SteerRunInput;
}>;


export type SteerRunMutation = { steerRun: { id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } } };

export type UpdateRunMutationVariables = Exact<{
  id: string | number;
  name?: string | null | undefined;
  notes?: string | null | undefined;
  tags?: Array<string> | string | null | undefined;
  archived?: boolean | null | undefined;
}>;


export type UpdateRunMutation = { updateRun: { id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } } };

export type StartSweepMutationVariables = Exact<{
  input: StartSweepInput;
}>;


export type StartSweepMutation = { startSweep: Array<{ id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } }> };

export type RunsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type RunsQuery = { runs: { totalCount: number, nodes: Array<{ id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type RunsChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type RunsChangedSubscription = { runsChanged: { id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } } };

export type RunDeletedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type RunDeletedSubscription = { runDeleted: string };

export type RunsAheadQueryVariables = Exact<{ [key: string]: never; }>;


export type RunsAheadQuery = { runs: { nodes: Array<{ id: string, name: string, status: RunStatus, createdAt: string }> } };

export type RunQueryVariables = Exact<{
  id: string | number;
}>;


export type RunQuery = { run: { keyframes: Array<number>, notes: string, tags: Array<string>, engine: string | null, neighborRecall: number | null, id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, group: string | null, archived: boolean, embeddingSet: { trained: boolean, modelName: string, dimension: number } | null, dataset: { id: string, name: string, imageWidth: number | null, imageHeight: number | null, atlas: { tile: number, columns: number, tilesPerPage: number, pages: number } | null } | null, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } } | null };

export type RunHistoryQueryVariables = Exact<{
  id: string | number;
}>;


export type RunHistoryQuery = { run: { id: string, history: Array<{ iteration: number, loss: number, gradientNorm: number, curvatureScale: number, exaggeration: number, recallAt15: number | null }> } | null };

export type RunPointsQueryVariables = Exact<{
  id: string | number;
}>;


export type RunPointsQuery = { run: { id: string, points: { datasetId: string | null, pictured: boolean, labelNames: Array<string>, labelCodes: string, imageIndices: string, recallPerPoint: string | null, columns: Array<{ name: string, names: Array<string>, codes: string }>, numbers: Array<{ name: string }> } } | null };

export type RunNumbersQueryVariables = Exact<{
  id: string | number;
}>;


export type RunNumbersQuery = { run: { id: string, points: { numbers: Array<{ name: string, values: string }> } } | null };

export type RunLayoutQueryVariables = Exact<{
  id: string | number;
  iteration?: number | null | undefined;
}>;


export type RunLayoutQuery = { run: { id: string, keyframes: Array<number>, layout: { iteration: number, encoding: FrameEncoding, pointCount: number, coordinates: string } | null } | null };

export type RunSketchQueryVariables = Exact<{
  id: string | number;
  iteration?: number | null | undefined;
  encoding: FrameEncoding;
  withColumns: boolean;
}>;


export type RunSketchQuery = { run: { id: string, parameters: { geometry: Geometry }, layout: { encoding: FrameEncoding, pointCount: number, coordinates: string } | null, points: { labelNames: Array<string>, labelCodes: string, columns?: Array<{ name: string, names: Array<string>, codes: string }> } } | null };

export type KeyframesQueryVariables = Exact<{
  id: string | number;
}>;


export type KeyframesQuery = { run: { id: string, keyframes: Array<number> } | null };

export type RunProgressSubscriptionVariables = Exact<{
  runId: string | number;
  statsAfter?: number | null | undefined;
}>;


export type RunProgressSubscription = { runProgress: { skippedFrames: number, run: { id: string, name: string, status: RunStatus, createdAt: string, startedAt: string | null, finishedAt: string | null, seed: number, pointCount: number, iteration: number, iterations: number, datasetName: string | null, modelName: string | null, notes: string, tags: Array<string>, group: string | null, archived: boolean, stage: { name: string, done: number, total: number, unit: string, ratePerSecond: number | null, etaSeconds: number | null }, quality: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, labelKnnAt15: number | null, rimFraction: number, curvatureScale: number, distanceCorrelation: number | null, treeDistortion: number | null, sampleSize: number, errors: { recallAt15: number, trustworthinessAt15: number, continuityAt15: number, distanceCorrelation: number, treeDistortion: number | null } | null } | null, error: { code: string, message: string } | null, durations: Array<{ stage: string, seconds: number }>, parameters: { seed: number, iterations: number, perplexity: number, furtherPerplexities: Array<number>, curvatureScale: number | null, geometry: Geometry, method: LayoutMethod, learningRate: number | null, earlyExaggeration: number, exaggeratedIterations: number | null, lateExaggeration: number, initialization: Initialization, initialRunId: string | null, hierarchyWeight: number, limit: number | null, pooling: string, resolution: number | null, interpolation: string | null, normalize: boolean } }, frame: { iteration: number, encoding: FrameEncoding, pointCount: number, coordinates: string } | null, statsSince: Array<{ iteration: number, loss: number, gradientNorm: number, curvatureScale: number, exaggeration: number, recallAt15: number | null }> } };

export type RunImageNamesQueryVariables = Exact<{
  id: string | number;
}>;


export type RunImageNamesQuery = { run: { id: string, imageNames: Array<string> } | null };

export type CreateShareLinkMutationVariables = Exact<{
  input: CreateShareLinkInput;
}>;


export type CreateShareLinkMutation = { createShareLink: { id: string, url: string | null } };

export type RevokeShareLinkMutationVariables = Exact<{
  id: string | number;
}>;


export type RevokeShareLinkMutation = { revokeShareLink: { id: string, revokedAt: string | null } };

export type ShareLinksQueryVariables = Exact<{
  id: string | number;
}>;


export type ShareLinksQuery = { run: { id: string, shareLinks: Array<{ id: string, runIds: Array<string>, viewState: string, createdAt: string, createdBy: string, expiresAt: string | null, revokedAt: string | null, lastUsedAt: string | null, allowDownload: boolean }> } | null };

export type SharedViewQueryVariables = Exact<{
  token: string;
}>;


export type SharedViewQuery = { sharedView: { viewState: string, expiresAt: string | null, createdAt: string, createdBy: string, allowDownload: boolean, ticket: string, ticketExpiresAt: string, runs: Array<{ id: string, name: string }> } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const QualityFiguresFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
    `, {"fragmentName":"QualityFigures"}) as unknown as TypedDocumentString<QualityFiguresFragment, unknown>;
export const RunSettingsFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
    `, {"fragmentName":"RunSettings"}) as unknown as TypedDocumentString<RunSettingsFragment, unknown>;
export const RunSummaryFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}`, {"fragmentName":"RunSummary"}) as unknown as TypedDocumentString<RunSummaryFragment, unknown>;
export const NeighborEntryFragmentDoc = /*#__PURE__*/ new TypedDocumentString(`
    fragment NeighborEntry on Neighbor {
  point
  distance
  rank
  label
  otherRank
}
    `, {"fragmentName":"NeighborEntry"}) as unknown as TypedDocumentString<NeighborEntryFragment, unknown>;
export const ViewerDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Viewer {
  viewer {
    loginRequired
    role
    id
    name
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const OfferedInvitationDocument = /*#__PURE__*/ new TypedDocumentString(`
    query OfferedInvitation($token: String!) {
  invitation(token: $token) {
    role
    createdBy
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<OfferedInvitationQuery, OfferedInvitationQueryVariables>;
export const AcceptInvitationDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation AcceptInvitation($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input)
}
    `) as unknown as TypedDocumentString<AcceptInvitationMutation, AcceptInvitationMutationVariables>;
export const MembersDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Members {
  members {
    id
    name
    email
    role
    disabledAt
    createdAt
  }
  invitations {
    id
    role
    note
    createdBy
    expiresAt
  }
}
    `) as unknown as TypedDocumentString<MembersQuery, MembersQueryVariables>;
export const InviteMemberDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation InviteMember($input: InviteMemberInput!) {
  inviteMember(input: $input) {
    id
    url
  }
}
    `) as unknown as TypedDocumentString<InviteMemberMutation, InviteMemberMutationVariables>;
export const RevokeInvitationDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeInvitation($id: ID!) {
  revokeInvitation(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<RevokeInvitationMutation, RevokeInvitationMutationVariables>;
export const ChangeMemberDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ChangeMember($id: ID!, $role: Role, $disabled: Boolean) {
  changeMember(id: $id, role: $role, disabled: $disabled) {
    id
    role
    disabledAt
  }
}
    `) as unknown as TypedDocumentString<ChangeMemberMutation, ChangeMemberMutationVariables>;
export const ApiTokensDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ApiTokens {
  apiTokens {
    id
    name
    role
    createdAt
    expiresAt
    revokedAt
    lastUsedAt
  }
}
    `) as unknown as TypedDocumentString<ApiTokensQuery, ApiTokensQueryVariables>;
export const CreateApiTokenDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CreateApiToken($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    id
    token
  }
}
    `) as unknown as TypedDocumentString<CreateApiTokenMutation, CreateApiTokenMutationVariables>;
export const RevokeApiTokenDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeApiToken($id: ID!) {
  revokeApiToken(id: $id) {
    id
  }
}
    `) as unknown as TypedDocumentString<RevokeApiTokenMutation, RevokeApiTokenMutationVariables>;
export const AuditLogDocument = /*#__PURE__*/ new TypedDocumentString(`
    query AuditLog($first: Int!, $after: String, $subject: String, $actorName: String, $action: String) {
  auditLog(
    first: $first
    after: $after
    subject: $subject
    actorName: $actorName
    action: $action
  ) {
    nodes {
      at
      actorKind
      actorName
      action
      subject
      detail
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    `) as unknown as TypedDocumentString<AuditLogQuery, AuditLogQueryVariables>;
export const DatasetsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Datasets {
  datasets {
    id
    name
    kind
    imageCount
    imageWidth
    imageHeight
    createdAt
    labels {
      name
      count
    }
    failures {
      file
      reason
    }
  }
}
    `) as unknown as TypedDocumentString<DatasetsQuery, DatasetsQueryVariables>;
export const ModelsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Models {
  models {
    name
    embeddingSize
    resolution
    parameterCount
    license
    available
    weightBytes
    preferred
    trained
    fetchCommand
  }
}
    `) as unknown as TypedDocumentString<ModelsQuery, ModelsQueryVariables>;
export const EnginesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Engines {
  server {
    engines {
      name
      available
      preferred
      detail
    }
  }
}
    `) as unknown as TypedDocumentString<EnginesQuery, EnginesQueryVariables>;
export const ServerDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Server {
  server {
    version
    notices
  }
}
    `) as unknown as TypedDocumentString<ServerQuery, ServerQueryVariables>;
export const DatasetDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Dataset($id: ID!) {
  node(id: $id) {
    ... on Dataset {
      id
      name
      kind
      imageCount
      imageWidth
      imageHeight
      createdAt
      labels {
        name
        count
      }
      labelCodes
      failures {
        file
        reason
      }
      embeddingSets {
        id
        modelName
        modelChecksum
        trained
        pooling
        resolution
        interpolation
        normalize
        engine
        dimension
        storedCount
        createdAt
      }
      runs {
        ...RunSummary
      }
    }
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<DatasetQuery, DatasetQueryVariables>;
export const StartFormDocument = /*#__PURE__*/ new TypedDocumentString(`
    query StartForm {
  models {
    name
    available
    preferred
    trained
    fetchCommand
  }
  datasets {
    id
    name
    imageCount
    embeddingSets {
      id
      modelName
      pooling
      resolution
      interpolation
      normalize
      storedCount
    }
  }
  runs(first: 50, filter: {statuses: [DONE]}) {
    nodes {
      id
      name
      datasetName
      modelName
      pointCount
      iterations
      parameters {
        method
      }
      durations {
        stage
        seconds
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StartFormQuery, StartFormQueryVariables>;
export const CommandTargetsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query CommandTargets {
  runs(first: 30) {
    nodes {
      id
      name
    }
  }
  datasets {
    id
    name
  }
}
    `) as unknown as TypedDocumentString<CommandTargetsQuery, CommandTargetsQueryVariables>;
export const CompareRunsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query CompareRuns($left: ID!, $right: ID!, $fit: ComparisonFit, $images: [Int!]) {
  compareRuns(left: $left, right: $right, fit: $fit, images: $images) {
    pointCount
    meanDisplacement
    neighborhoodOverlap
    displacement
    overlap
    imageIndices
    alignment {
      centerX
      centerY
      rotation
      reflected
    }
  }
}
    `) as unknown as TypedDocumentString<CompareRunsQuery, CompareRunsQueryVariables>;
export const RunStabilityDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunStability($runIds: [ID!]!) {
  runStability(runIds: $runIds) {
    runCount
    pointCount
    agreement
    imageIndices
    mean
    low
    high
  }
}
    `) as unknown as TypedDocumentString<RunStabilityQuery, RunStabilityQueryVariables>;
export const RunSettingsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunSettings($id: ID!) {
  run(id: $id) {
    id
    name
    datasetName
    modelName
    engine
    embeddingSet {
      id
      name
    }
    parameters {
      ...RunSettings
    }
  }
}
    fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}`) as unknown as TypedDocumentString<RunSettingsQuery, RunSettingsQueryVariables>;
export const NeighborsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Neighbors($runId: ID!, $point: Int!, $k: Int!, $radius: Float) {
  onDisk: neighbors(
    runId: $runId
    point: $point
    k: $k
    radius: $radius
    metric: GEODESIC
  ) {
    ...NeighborEntry
  }
  inEmbedding: neighbors(runId: $runId, point: $point, k: $k, metric: COSINE) {
    ...NeighborEntry
  }
}
    fragment NeighborEntry on Neighbor {
  point
  distance
  rank
  label
  otherRank
}`) as unknown as TypedDocumentString<NeighborsQuery, NeighborsQueryVariables>;
export const PlaceNeighborsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query PlaceNeighbors($runId: ID!, $at: DiskPointInput!, $k: Int!, $radius: Float) {
  onDisk: neighbors(
    runId: $runId
    at: $at
    k: $k
    radius: $radius
    metric: GEODESIC
  ) {
    ...NeighborEntry
  }
}
    fragment NeighborEntry on Neighbor {
  point
  distance
  rank
  label
  otherRank
}`) as unknown as TypedDocumentString<PlaceNeighborsQuery, PlaceNeighborsQueryVariables>;
export const StartRunDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation StartRun($input: StartRunInput!) {
  startRun(input: $input) {
    ...RunSummary
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<StartRunMutation, StartRunMutationVariables>;
export const PauseRunDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation PauseRun($id: ID!) {
  pauseRun(id: $id) {
    ...RunSummary
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<PauseRunMutation, PauseRunMutationVariables>;
export const ResumeRunDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation ResumeRun($id: ID!) {
  resumeRun(id: $id) {
    ...RunSummary
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<ResumeRunMutation, ResumeRunMutationVariables>;
export const CancelRunDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CancelRun($id: ID!) {
  cancelRun(id: $id) {
    ...RunSummary
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<CancelRunMutation, CancelRunMutationVariables>;
export const DeleteRunDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation DeleteRun($id: ID!) {
  deleteRun(id: $id)
}
    `) as unknown as TypedDocumentString<DeleteRunMutation, DeleteRunMutationVariables>;
export const RenameRunDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RenameRun($id: ID!, $name: String!) {
  updateRun(id: $id, name: $name) {
    ...RunSummary
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<RenameRunMutation, RenameRunMutationVariables>;
export const SteerRunDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation SteerRun($id: ID!, $input: SteerRunInput!) {
  steerRun(id: $id, input: $input) {
    ...RunSummary
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<SteerRunMutation, SteerRunMutationVariables>;
export const UpdateRunDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation UpdateRun($id: ID!, $name: String, $notes: String, $tags: [String!], $archived: Boolean) {
  updateRun(id: $id, name: $name, notes: $notes, tags: $tags, archived: $archived) {
    ...RunSummary
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<UpdateRunMutation, UpdateRunMutationVariables>;
export const StartSweepDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation StartSweep($input: StartSweepInput!) {
  startSweep(input: $input) {
    ...RunSummary
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<StartSweepMutation, StartSweepMutationVariables>;
export const RunsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Runs($first: Int!, $after: String) {
  runs(first: $first, after: $after) {
    nodes {
      ...RunSummary
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    totalCount
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<RunsQuery, RunsQueryVariables>;
export const RunsChangedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription RunsChanged {
  runsChanged {
    ...RunSummary
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<RunsChangedSubscription, RunsChangedSubscriptionVariables>;
export const RunDeletedDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription RunDeleted {
  runDeleted
}
    `) as unknown as TypedDocumentString<RunDeletedSubscription, RunDeletedSubscriptionVariables>;
export const RunsAheadDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunsAhead {
  runs(
    first: 100
    filter: {statuses: [QUEUED, EXTRACTING, NEIGHBORS, OPTIMIZING]}
  ) {
    nodes {
      id
      name
      status
      createdAt
    }
  }
}
    `) as unknown as TypedDocumentString<RunsAheadQuery, RunsAheadQueryVariables>;
export const RunDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Run($id: ID!) {
  run(id: $id) {
    ...RunSummary
    keyframes
    notes
    tags
    engine
    neighborRecall
    embeddingSet {
      trained
      modelName
      dimension
    }
    dataset {
      id
      name
      imageWidth
      imageHeight
      atlas {
        tile
        columns
        tilesPerPage
        pages
      }
    }
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<RunQuery, RunQueryVariables>;
export const RunHistoryDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunHistory($id: ID!) {
  run(id: $id) {
    id
    history {
      iteration
      loss
      gradientNorm
      curvatureScale
      exaggeration
      recallAt15
    }
  }
}
    `) as unknown as TypedDocumentString<RunHistoryQuery, RunHistoryQueryVariables>;
export const RunPointsDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunPoints($id: ID!) {
  run(id: $id) {
    id
    points {
      datasetId
      pictured
      labelNames
      labelCodes
      imageIndices
      columns {
        name
        names
        codes
      }
      numbers {
        name
      }
      recallPerPoint
    }
  }
}
    `) as unknown as TypedDocumentString<RunPointsQuery, RunPointsQueryVariables>;
export const RunNumbersDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunNumbers($id: ID!) {
  run(id: $id) {
    id
    points {
      numbers {
        name
        values
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RunNumbersQuery, RunNumbersQueryVariables>;
export const RunLayoutDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunLayout($id: ID!, $iteration: Int) {
  run(id: $id) {
    id
    keyframes
    layout(iteration: $iteration, encoding: FLOAT32) {
      iteration
      encoding
      pointCount
      coordinates
    }
  }
}
    `) as unknown as TypedDocumentString<RunLayoutQuery, RunLayoutQueryVariables>;
export const RunSketchDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunSketch($id: ID!, $iteration: Int, $encoding: FrameEncoding!, $withColumns: Boolean!) {
  run(id: $id) {
    id
    parameters {
      geometry
    }
    layout(iteration: $iteration, encoding: $encoding) {
      encoding
      pointCount
      coordinates
    }
    points {
      labelNames
      labelCodes
      columns @include(if: $withColumns) {
        name
        names
        codes
      }
    }
  }
}
    `) as unknown as TypedDocumentString<RunSketchQuery, RunSketchQueryVariables>;
export const KeyframesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query Keyframes($id: ID!) {
  run(id: $id) {
    id
    keyframes
  }
}
    `) as unknown as TypedDocumentString<KeyframesQuery, KeyframesQueryVariables>;
export const RunProgressDocument = /*#__PURE__*/ new TypedDocumentString(`
    subscription RunProgress($runId: ID!, $statsAfter: Int) {
  runProgress(
    runId: $runId
    encoding: INT16
    maxFramesPerSecond: 20
    statsAfter: $statsAfter
  ) {
    run {
      ...RunSummary
    }
    frame {
      iteration
      encoding
      pointCount
      coordinates
    }
    skippedFrames
    statsSince {
      iteration
      loss
      gradientNorm
      curvatureScale
      exaggeration
      recallAt15
    }
  }
}
    fragment QualityFigures on Quality {
  recallAt15
  trustworthinessAt15
  continuityAt15
  labelKnnAt15
  rimFraction
  curvatureScale
  distanceCorrelation
  treeDistortion
  sampleSize
  errors {
    recallAt15
    trustworthinessAt15
    continuityAt15
    distanceCorrelation
    treeDistortion
  }
}
fragment RunSettings on RunParameters {
  seed
  iterations
  perplexity
  furtherPerplexities
  curvatureScale
  geometry
  method
  learningRate
  earlyExaggeration
  exaggeratedIterations
  lateExaggeration
  initialization
  initialRunId
  hierarchyWeight
  limit
  pooling
  resolution
  interpolation
  normalize
}
fragment RunSummary on Run {
  id
  name
  status
  createdAt
  startedAt
  finishedAt
  seed
  pointCount
  iteration
  iterations
  datasetName
  modelName
  stage {
    name
    done
    total
    unit
    ratePerSecond
    etaSeconds
  }
  quality {
    ...QualityFigures
  }
  error {
    code
    message
  }
  notes
  tags
  group
  archived
  durations {
    stage
    seconds
  }
  parameters {
    ...RunSettings
  }
}`) as unknown as TypedDocumentString<RunProgressSubscription, RunProgressSubscriptionVariables>;
export const RunImageNamesDocument = /*#__PURE__*/ new TypedDocumentString(`
    query RunImageNames($id: ID!) {
  run(id: $id) {
    id
    imageNames
  }
}
    `) as unknown as TypedDocumentString<RunImageNamesQuery, RunImageNamesQueryVariables>;
export const CreateShareLinkDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation CreateShareLink($input: CreateShareLinkInput!) {
  createShareLink(input: $input) {
    id
    url
  }
}
    `) as unknown as TypedDocumentString<CreateShareLinkMutation, CreateShareLinkMutationVariables>;
export const RevokeShareLinkDocument = /*#__PURE__*/ new TypedDocumentString(`
    mutation RevokeShareLink($id: ID!) {
  revokeShareLink(id: $id) {
    id
    revokedAt
  }
}
    `) as unknown as TypedDocumentString<RevokeShareLinkMutation, RevokeShareLinkMutationVariables>;
export const ShareLinksDocument = /*#__PURE__*/ new TypedDocumentString(`
    query ShareLinks($id: ID!) {
  run(id: $id) {
    id
    shareLinks {
      id
      runIds
      viewState
      createdAt
      createdBy
      expiresAt
      revokedAt
      lastUsedAt
      allowDownload
    }
  }
}
    `) as unknown as TypedDocumentString<ShareLinksQuery, ShareLinksQueryVariables>;
export const SharedViewDocument = /*#__PURE__*/ new TypedDocumentString(`
    query SharedView($token: String!) {
  sharedView(token: $token) {
    runs {
      id
      name
    }
    viewState
    expiresAt
    createdAt
    createdBy
    allowDownload
    ticket
    ticketExpiresAt
  }
}
    `) as unknown as TypedDocumentString<SharedViewQuery, SharedViewQueryVariables>;