import type { Run as RunRow } from './generated/client.ts';
import { Prisma } from './generated/client.ts';
import { DEFAULT_PROJECTION_PARAMETERS, type ProjectionParameters } from './run.ts';
import type { Quality, Run, RunFailure, RunStatus, StageProgress } from './run.ts';
import type { NewRun, RunChanges, RunFilter } from './store.ts';

const WAITING: StageProgress = {
  name: 'Waiting to start',
  done: 0,
  total: 0,
  unit: '',
  ratePerSecond: null,
  etaSeconds: null,
};

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    name: row.name,
    notes: row.notes,
    tags: row.tags,
    group: row.groupName,
    archivedAt: row.archivedAt,
    status: row.status as RunStatus,
    request: {
      datasetName: row.datasetName,
      modelName: row.modelName,
      limit: row.limit,
      pooling: row.pooling,
      resolution: row.resolution,
      interpolation: row.interpolation,
      normalize: row.normalize,
    },
    // A run of an earlier version has only some of them.
    parameters: { ...DEFAULT_PROJECTION_PARAMETERS, ...(row.parameters as unknown as ProjectionParameters) },
    embeddingSetId: row.embeddingSetId,
    pointCount: row.pointCount,
    stage: row.stage as unknown as StageProgress,
    iteration: row.iteration,
    quality: row.quality as unknown as Quality | null,
    failure: row.failure as unknown as RunFailure | null,
    provenance: row.provenance as Record<string, unknown>,
    priority: row.priority,
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
  };
}

export function newRunRow(id: string, run: NewRun): Prisma.RunUncheckedCreateInput {
  return {
    id,
    name: run.name,
    groupName: run.group ?? null,
    status: 'QUEUED' satisfies RunStatus,
    ...run.request,
    parameters: { ...run.parameters },
    embeddingSetId: run.embeddingSetId,
    priority: run.priority ?? 0,
    idempotencyKey: run.idempotencyKey ?? null,
    stage: json(WAITING),
  };
}

/** Only the parts that are given; null in a JSON column means SQL's NULL. */
export function changedColumns(changes: RunChanges): Prisma.RunUncheckedUpdateInput {
  const { tags, group, stage, quality, failure, provenance, ...plain } = changes;
  return {
    ...plain,
    ...(group === undefined ? {} : { groupName: group }),
    ...(tags === undefined ? {} : { tags: [...tags] }),
    ...(stage === undefined ? {} : { stage: json(stage) }),
    ...(quality === undefined ? {} : { quality: quality === null ? Prisma.DbNull : json(quality) }),
    ...(failure === undefined ? {} : { failure: failure === null ? Prisma.DbNull : json(failure) }),
    ...(provenance === undefined ? {} : { provenance: json(provenance) }),
  };
}

export function filterCondition(filter: RunFilter): Prisma.RunWhereInput {
  return {
    ...(filter.statuses === undefined ? {} : { status: { in: [...filter.statuses] } }),
    ...(filter.datasetName === undefined ? {} : { datasetName: filter.datasetName }),
    ...(filter.modelName === undefined ? {} : { modelName: filter.modelName }),
    ...(filter.group === undefined ? {} : { groupName: filter.group }),
    ...(filter.archived === undefined ? {} : { archivedAt: filter.archived ? { not: null } : null }),
    ...(filter.tag === undefined ? {} : { tags: { has: filter.tag } }),
    ...(filter.search === undefined
      ? {}
      : { name: { contains: literalPattern(filter.search), mode: 'insensitive' as const } }),
  };
}

/** `%`, `_` and `\` stand for themselves; Prisma hands them to ILIKE as they are. */
function literalPattern(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}

function json(value: object): Prisma.InputJsonObject {
  return value as Prisma.InputJsonObject;
}
