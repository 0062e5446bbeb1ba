import type {
  CategoricalColumn,
  NumericColumn,
  DatasetFailure,
  DatasetKind,
  ImageDataset,
} from '../dataset/dataset.ts';
import type { EmbeddedBatch, ModelDescription, ResolvedChoices } from '../extraction/extraction.ts';
import type { EmbeddingMatrix } from '../formats/embeddingMatrix.ts';
import type { IterationStatistics, Keyframe, Run, RunRequest, ProjectionParameters } from './run.ts';
import type { ApiTokenStore, AuditStore, InvitationStore, MemberStore } from './access.ts';
import type { LoginDatabase } from './loginDatabase.ts';
import type { RecordedChange, SteeringChange } from './run.ts';

/** A page of a list, newest first. `cursor` values are opaque and stay valid while rows arrive. */
export interface Page<T> {
  readonly items: readonly { readonly cursor: string; readonly value: T }[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
}
export interface PageRequest {
  readonly first: number;
  readonly after?: string | undefined;
}

/** A data set as the store remembers it, without its images. */
export interface StoredDataset {
  readonly id: string;
  readonly name: string;
  readonly kind: DatasetKind;
  readonly fingerprint: string;
  readonly imageCount: number;
  readonly imageSize: { readonly width: number; readonly height: number } | null;
  readonly failures: readonly DatasetFailure[];
  readonly createdAt: Date;
}

/** What the store knows of every image, by columns. Arrays have one entry an image. */
export interface ImageColumns {
  readonly label: CategoricalColumn;
  readonly columns: readonly CategoricalColumn[];
  readonly numbers: readonly NumericColumn[];
}

export interface NamedImages extends ImageColumns {
  /** Of every image: its file or, in an archive, its place. */
  readonly names: readonly string[];
}

export interface DatasetStore {
  /** Writes data set and images, or returns the stored one with the same name and fingerprint. */
  saveDataset(dataset: ImageDataset): Promise<StoredDataset>;
  /** Vectors that come without images (`import`): names and labels only. */
  saveVectorDataset(name: string, fingerprint: string, images: NamedImages): Promise<StoredDataset>;
  findDataset(id: string): Promise<StoredDataset | null>;
  findDatasetByName(name: string): Promise<StoredDataset | null>;
  listDatasets(): Promise<StoredDataset[]>;
  readImageColumns(datasetId: string): Promise<ImageColumns>;
  /** Apart from the columns, since a name is some ten times as long as a code and seldom asked for. */
  readImageNames(datasetId: string): Promise<string[]>;
}

/** The embeddings of one data set by one model with one set of options. */
export interface EmbeddingSet {
  readonly id: string;
  readonly datasetId: string;
  readonly name: string;
  readonly modelName: string;
  readonly modelChecksum: string;
  readonly trained: boolean;
  readonly pooling: string;
  readonly resolution: number;
  readonly interpolation: string;
  readonly normalize: boolean;
  readonly engine: string;
  readonly dimension: number;
  /** Images embedded so far. */
  readonly storedCount: number;
  readonly createdAt: Date;
}

export interface EmbeddingSetStore {
  /** The set with this identity (data set, weights, options), made when there is none yet. */
  openEmbeddingSet(
    dataset: StoredDataset,
    model: ModelDescription,
    choices: ResolvedChoices,
    engine: string,
    dimension: number,
  ): Promise<EmbeddingSet>;
  /** The set with this identity, or null. */
  findSetOf(dataset: StoredDataset, model: ModelDescription, choices: ResolvedChoices): Promise<EmbeddingSet | null>;
  /**
   * Takes over the vectors of images that are in another data set too, such as an earlier version of the same folder,
   * and were embedded by the same weights with the same choices. @returns how many were taken over.
   */
  adoptEmbeddings(setId: string): Promise<number>;
  importEmbeddingSet(dataset: StoredDataset, name: string, vectors: EmbeddingMatrix): Promise<EmbeddingSet>;
  findEmbeddingSet(id: string): Promise<EmbeddingSet | null>;
  listEmbeddingSets(page: PageRequest): Promise<Page<EmbeddingSet>>;
  /** Stores one finished batch; storing an image twice changes nothing. */
  saveEmbeddings(setId: string, batch: EmbeddedBatch): Promise<void>;
  /** Those of `imageIndices` that have no embedding yet, in the given order. */
  findMissing(setId: string, imageIndices: Int32Array): Promise<Int32Array>;
  /** Rows in the order of `imageIndices`, over a SharedArrayBuffer. @throws NotFoundError when one is missing. */
  readEmbeddings(setId: string, imageIndices: Int32Array): Promise<EmbeddingMatrix>;
}

export interface NewRun {
  readonly name: string;
  readonly group?: string | null | undefined;
  readonly request: RunRequest;
  readonly parameters: ProjectionParameters;
  readonly embeddingSetId: string | null;
  /** Higher goes first; default 0. */
  readonly priority?: number | undefined;
  /** A second run with the same key is the first one. */
  readonly idempotencyKey?: string | undefined;
}

/** The parts of a run that change while it lives. */
export type RunChanges = Partial<
  Pick<
    Run,
    | 'name'
    | 'notes'
    | 'tags'
    | 'group'
    | 'archivedAt'
    | 'status'
    | 'embeddingSetId'
    | 'pointCount'
    | 'stage'
    | 'iteration'
    | 'quality'
    | 'failure'
    | 'provenance'
    | 'startedAt'
    | 'finishedAt'
  >
> & {
  /** Null ends the claim of the process that works on it. */
  readonly worker?: null;
};

export interface RunFilter {
  readonly statuses?: readonly Run['status'][] | undefined;
  readonly datasetName?: string | undefined;
  readonly modelName?: string | undefined;
  readonly tag?: string | undefined;
  readonly group?: string | undefined;
  readonly archived?: boolean | undefined;
  /** Case-insensitive part of the name. */
  readonly search?: string | undefined;
}

/** State from which a stopped optimization goes on to the same bytes. */
export interface RunCheckpoint {
  readonly iteration: number;
  readonly state: Uint8Array;
}

export type RunProgress = Pick<Run, 'stage' | 'iteration'>;

/** What people change of a run, whatever it does. */
export type RunDescription = Pick<Run, 'name' | 'notes' | 'tags' | 'group' | 'archivedAt' | 'priority'>;

export interface RunStore {
  /** The new run, or the one that was made with the same `idempotencyKey`. */
  createRun(run: NewRun): Promise<Run>;
  findRun(id: string): Promise<Run | null>;
  listRuns(page: PageRequest, filter?: RunFilter): Promise<Page<Run>>;
  /** Runs that were neither finished nor paused when the process stopped. */
  listUnfinishedRuns(): Promise<Run[]>;
  /**
   * With `worker`, only while that attempt holds the claim: a process that was taken for dead changes nothing when it
   * wakes up. @throws NotFoundError when the run is gone, LostClaimError when another attempt works on it.
   */
  updateRun(id: string, changes: RunChanges, worker?: string): Promise<Run>;
  /**
   * Makes `worker` the one attempt that works on a run. False when another one of `liveAttempts` does, or when the run is
   * gone.
   */
  claimRun(id: string, worker: string, liveAttempts: readonly string[]): Promise<boolean>;
  /** Removes the run with all that belongs to it. @throws NotFoundError */
  deleteRun(id: string): Promise<void>;
  saveKeyframe(runId: string, keyframe: Keyframe): Promise<void>;
  listKeyframes(runId: string): Promise<number[]>;
  /** The newest keyframe at or before `iteration` (or of all). */
  readKeyframe(runId: string, iteration?: number): Promise<Keyframe | null>;
  saveStatistics(runId: string, statistics: readonly IterationStatistics[]): Promise<void>;
  /**
   * Keeps figures and how far the run is, in one statement, while `worker` holds the claim. @returns what people may have
   * changed meanwhile @throws as `updateRun`
   */
  saveProgress(
    runId: string,
    progress: RunProgress,
    statistics: readonly IterationStatistics[],
    worker: string,
  ): Promise<RunDescription>;
  /** In order; only those of the iterations after `after`. */
  readStatistics(runId: string, after?: number): Promise<IterationStatistics[]>;
  /** Keeps a change of a running layout until it takes effect. @throws NotFoundError */
  recordChange(runId: string, change: SteeringChange): Promise<RecordedChange>;
  /** Says after which iteration a change took effect. */
  settleChange(runId: string, ordinal: number, iteration: number): Promise<void>;
  /** In the order in which they were asked for. */
  listChanges(runId: string): Promise<RecordedChange[]>;
  /** The newest layout of a run that works, in single precision, for other processes. */
  saveLiveFrame(runId: string, frame: Keyframe): Promise<void>;
  readLiveFrame(runId: string): Promise<Keyframe | null>;
  /** recallAt15 of every point. */
  saveRecall(runId: string, recall: Float32Array): Promise<void>;
  /** As little-endian float32; null when the run was not measured. */
  readRecall(runId: string): Promise<Buffer | null>;
  saveCheckpoint(runId: string, checkpoint: RunCheckpoint): Promise<void>;
  readCheckpoint(runId: string): Promise<RunCheckpoint | null>;
  /** Names how far a run would go on from: changes with every batch of embeddings and every checkpoint. */
  readPlace(runId: string): Promise<string>;
  /** Removes what only a run that works needs. */
  deleteWorkingState(runId: string): Promise<void>;
}

export interface ShareLink {
  readonly id: string;
  readonly runIds: readonly string[];
  readonly viewState: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  /** Name of the person who shared it; empty where there was no login. */
  readonly createdBy: string;
  /** Whether whoever has it may take the layouts away as files. */
  readonly allowDownload: boolean;
}

/** A link with the hash that its token must have. */
export interface HashedLink {
  readonly link: ShareLink;
  readonly tokenHash: Uint8Array;
}

export interface ShareLinkStore {
  /** `tokenHash` is the SHA-256 of the token; the token itself is never stored. */
  createShareLink(link: {
    readonly tokenHash: Uint8Array;
    readonly runIds: readonly string[];
    readonly viewState: string;
    readonly expiresAt: Date | null;
    readonly createdBy?: string;
    readonly allowDownload?: boolean;
  }): Promise<ShareLink>;
  findShareLink(id: string): Promise<ShareLink | null>;
  findShareLinkByTokenHash(tokenHash: Uint8Array): Promise<HashedLink | null>;
  listShareLinks(runId: string): Promise<ShareLink[]>;
  revokeShareLink(id: string): Promise<ShareLink>;
  touchShareLink(id: string): Promise<void>;
}

/** SQL for the one other part that owns tables: the job queue. */
export interface Sql {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** What one process tells the others that work on the same database. Small: what it speaks of is in the store. */
export type Notice =
  | { readonly kind: 'run'; readonly runId: string }
  | { readonly kind: 'deleted'; readonly runId: string }
  | { readonly kind: 'frame'; readonly runId: string }
  | { readonly kind: 'watch'; readonly runId: string }
  | { readonly kind: 'stop'; readonly runId: string; readonly reason: 'pause' | 'cancel' | 'delete' }
  | { readonly kind: 'jobs' };

export interface Notices {
  /** Tells every other process, soon and without waiting; a notice that is lost is made good by looking again. */
  publish(notice: Notice): void;
  /** Notices of other processes; `reconnected` is called when some may have been missed. */
  subscribe(onNotice: (notice: Notice) => void, onReconnected: () => void): () => void;
}

/** Runs `work` while nobody else does so under the same key. It rejects when `signal` aborts before its turn has come. */
export type Exclusively = <T>(key: string, signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

export interface Store {
  readonly kind: 'embedded' | 'server';
  readonly datasets: DatasetStore;
  readonly embeddingSets: EmbeddingSetStore;
  readonly runs: RunStore;
  readonly shareLinks: ShareLinkStore;
  readonly members: MemberStore;
  readonly invitations: InvitationStore;
  readonly apiTokens: ApiTokenStore;
  readonly audit: AuditStore;
  /** The tables of the login library, for it alone. */
  readonly logins: LoginDatabase;
  readonly sql: Sql;
  readonly notices: Notices;
  readonly exclusively: Exclusively;
  close(): Promise<void>;
}

/**
 * Opens the store named by `databaseUrl`, or the embedded one in the folder `home`, and brings its schema up to date.
 * @throws ConflictError when another process has the embedded store open; UnavailableError when the server is not there.
 */
export type OpenStore = (options: {
  readonly databaseUrl: string | undefined;
  readonly home: string;
}) => Promise<Store>;
