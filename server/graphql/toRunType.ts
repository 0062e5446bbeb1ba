import type { Run } from '../storage/run.ts';
import { RunType } from './run.type.ts';

/** What the pipeline writes into `Run.provenance`, as far as the API shows it. */
interface ShownProvenance {
  readonly engine?: string;
  readonly threads?: number;
  /** Lowered where there are too few points for what was asked. */
  readonly perplexity?: number;
  readonly extractionEngine?: string;
  readonly neighborRecall?: number | null;
  readonly seconds?: Readonly<Record<string, number>>;
}

/** A run of the store as the API shows it; fields that cost a query are added by the resolver. */
export function toRunType(run: Run): RunType {
  const { parameters, request } = run;
  const provenance = run.provenance as ShownProvenance;
  const shown: RunType = {
    id: run.id,
    name: run.name,
    status: run.status,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    seed: parameters.seed,
    pointCount: run.pointCount,
    stage: run.stage,
    iteration: run.iteration,
    iterations: parameters.iterations,
    quality: run.quality,
    error: run.failure,
    datasetName: request.datasetName,
    modelName: request.modelName,
    parameters: {
      ...parameters,
      perplexity: provenance.perplexity ?? parameters.perplexity,
      curvatureScale: parameters.curvatureScale === 'auto' ? null : parameters.curvatureScale,
      furtherPerplexities: [...parameters.furtherPerplexities],
      learningRate: parameters.learningRate === 'auto' ? null : parameters.learningRate,
      exaggeratedIterations: parameters.exaggeratedIterations === 'auto' ? null : parameters.exaggeratedIterations,
      limit: request.limit,
      pooling: request.pooling,
      resolution: request.resolution,
      interpolation: request.interpolation ?? null,
      normalize: request.normalize ?? false,
    },
    notes: run.notes,
    tags: [...run.tags],
    group: run.group,
    archived: run.archivedAt !== null,
    engine: provenance.engine ?? null,
    threads: provenance.threads ?? null,
    extractionEngine: provenance.extractionEngine ?? null,
    neighborRecall: provenance.neighborRecall ?? null,
    durations: Object.entries(provenance.seconds ?? {}).map(([stage, seconds]) => ({ stage, seconds })),
    embeddingSetId: run.embeddingSetId,
  };
  // An instance, since the interface Node finds the type of an object by its class.
  return Object.assign(new RunType(), shown);
}
