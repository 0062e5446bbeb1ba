import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Initialization as InitializationName, LayoutMethod as MethodName } from '../storage/run.ts';
import type { LayoutGeometry, Run, RunStatus as StatusName } from '../storage/run.ts';
import { Geometry, Initialization, LayoutMethod, RunStatus } from './enums.ts';
import { FrameType, IterationStatsType } from './frame.type.ts';
import { NodeType } from './node.type.ts';
import { PageInfoType } from './page.type.ts';
import { QualityType } from './quality.type.ts';
import { DateTime } from './scalars.ts';

@ObjectType('StageProgress', { description: 'What a run is doing now.' })
export class StageProgressType {
  @Field(() => String, { description: 'For people, such as "Extracting embeddings".' })
  name!: string;

  @Field(() => Float, { description: 'How much is done, in `unit`.' })
  done!: number;

  @Field(() => Float, { description: 'How much there is in all; 0 while it is not known.' })
  total!: number;

  @Field(() => String, { description: 'What is counted, such as images, rows, iterations or bytes.' })
  unit!: string;

  @Field(() => Float, {
    nullable: true,
    description: 'Units a second, measured; null until there is something to measure.',
  })
  ratePerSecond!: number | null;

  @Field(() => Float, { nullable: true, description: 'Seconds left of this stage at the measured rate.' })
  etaSeconds!: number | null;
}

@ObjectType('RunError', { description: 'Why a run failed.' })
export class RunErrorType {
  @Field(() => String, { description: 'One of the error codes of this API.' })
  code!: string;

  @Field(() => String, { description: 'One sentence for people.' })
  message!: string;
}

@ObjectType('RunParameters', { description: 'What was asked for; together with the embeddings it decides the layout.' })
export class RunParametersType {
  @Field(() => Int, { description: 'Seed of every random number of the run.' })
  seed!: number;

  @Field(() => Int, { description: 'Number of iterations asked for.' })
  iterations!: number;

  @Field(() => Float, { description: 'Effective number of neighbors of each point.' })
  perplexity!: number;

  @Field(() => Float, { nullable: true, description: 'The scale s of the kernel; null lets the engine find it.' })
  curvatureScale!: number | null;

  @Field(() => Geometry, { description: 'The plane of the layout.' })
  geometry!: LayoutGeometry;

  @Field(() => [Float], { description: 'More perplexities; the similarities are the mean over all.' })
  furtherPerplexities!: number[];

  @Field(() => LayoutMethod, { description: 'What makes the layout.' })
  method!: MethodName;

  @Field(() => Float, { nullable: true, description: 'Learning rate η; null lets the engine choose it.' })
  learningRate!: number | null;

  @Field(() => Float, { description: 'Factor on the attraction at the start.' })
  earlyExaggeration!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Iterations with that factor; null is a fifth of all, at most 100.',
  })
  exaggeratedIterations!: number | null;

  @Field(() => Float, { description: 'Factor on the attraction after that.' })
  lateExaggeration!: number;

  @Field(() => Initialization, { description: 'Where the optimization started.' })
  initialization!: InitializationName;

  @Field(() => ID, { nullable: true, description: 'The run whose layout was the start.' })
  initialRunId!: string | null;

  @Field(() => Float, { description: 'How strongly depth in the data’s hierarchy shows as radius.' })
  hierarchyWeight!: number;

  @Field(() => Int, { nullable: true, description: 'Number of images, spread evenly over the data set; null is all.' })
  limit!: number | null;

  @Field(() => String, { description: 'Which tokens make the embedding: cls, mean or cls+mean.' })
  pooling!: string;

  @Field(() => Int, { nullable: true, description: 'Input resolution in pixels; null is the model’s own.' })
  resolution!: number | null;

  @Field(() => String, { nullable: true, description: 'How images are resized; null is as the model’s own.' })
  interpolation!: string | null;

  @Field(() => Boolean, { description: 'Whether every vector was scaled to length 1.' })
  normalize!: boolean;
}

@ObjectType('StageDuration', { description: 'How long one stage of a run took.' })
export class StageDurationType {
  @Field(() => String, { description: 'dataset, extraction, neighbors, optimization or quality.' })
  stage!: string;

  @Field(() => Float, { description: 'Wall-clock seconds, pauses left out.' })
  seconds!: number;
}

@ObjectType('PointColumn', { description: 'One more category of every point, such as the split.' })
export class PointColumnType {
  @Field(() => String, { description: 'Name of the column.' })
  name!: string;

  @Field(() => [String], { description: 'The values that occur.' })
  names!: string[];

  @Field(() => String, {
    description: 'Base64 of little-endian Int16: for every point an index into `names`, −1 for none.',
  })
  codes!: string;
}

@ObjectType('RunPoints', {
  description: 'What the points of a run are. All lists are in the order of the coordinates.',
})
export class RunPointsType {
  @Field(() => ID, { nullable: true, description: 'The data set of the images; null until it is open.' })
  datasetId!: string | null;

  @Field(() => [String], { description: 'Names of the classes.' })
  labelNames!: string[];

  @Field(() => String, {
    description: 'Base64 of little-endian Int16: for every point an index into `labelNames`, −1 for none.',
  })
  labelCodes!: string;

  @Field(() => String, { description: 'Base64 of little-endian Int32: for every point the index of its image.' })
  imageIndices!: string;

  @Field(() => [PointColumnType], { description: 'Further categories.' })
  columns!: PointColumnType[];

  @Field(() => String, {
    nullable: true,
    description:
      'Base64 of little-endian Float32: recallAt15 of every point alone, NaN outside the sample; null until measured.',
  })
  recallPerPoint!: string | null;
}

@ObjectType('Run', { implements: NodeType, description: 'One layout of one set of embeddings, from the images on.' })
export class RunType extends NodeType {
  @Field(() => String, { description: 'A name for people.' })
  name!: string;

  @Field(() => RunStatus, { description: 'Where the run stands.' })
  status!: StatusName;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the work began.' })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it came to a final status.' })
  finishedAt!: Date | null;

  @Field(() => Int, { description: 'Seed of every random number of the run.' })
  seed!: number;

  @Field(() => Int, { description: 'Number of points; 0 until the data set is open.' })
  pointCount!: number;

  @Field(() => StageProgressType, { description: 'What it is doing now.' })
  stage!: StageProgressType;

  @Field(() => Int, { description: 'Iterations done.' })
  iteration!: number;

  @Field(() => Int, { description: 'Iterations in all.' })
  iterations!: number;

  @Field(() => QualityType, { nullable: true, description: 'Measured at the end; null before.' })
  quality!: QualityType | null;

  @Field(() => RunErrorType, { nullable: true, description: 'Why it failed; null unless it has.' })
  error!: RunErrorType | null;

  @Field(() => String, { nullable: true, description: 'The data set asked for; null when it started from embeddings.' })
  datasetName!: string | null;

  @Field(() => String, { nullable: true, description: 'The model asked for; null when it started from embeddings.' })
  modelName!: string | null;

  @Field(() => RunParametersType, { description: 'What was asked for.' })
  parameters!: RunParametersType;

  @Field(() => String, { description: 'Free text of the user.' })
  notes!: string;

  @Field(() => [String], { description: 'Free words of the user, to filter by.' })
  tags!: string[];

  @Field(() => String, { nullable: true, description: 'Runs that belong together, such as those of a sweep.' })
  group!: string | null;

  @Field(() => Boolean, { description: 'Put away: the runs page leaves it out unless it is asked for it.' })
  archived!: boolean;

  @Field(() => String, { nullable: true, description: 'The projection engine that did the work.' })
  engine!: string | null;

  @Field(() => Int, { nullable: true, description: 'Threads that the projection engine used.' })
  threads!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The engine that computed embeddings; null when none were missing.',
  })
  extractionEngine!: string | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Share of the true neighbors that the approximate search found, measured on a sample; null when the search was exact.',
  })
  neighborRecall!: number | null;

  @Field(() => [StageDurationType], { description: 'Seconds of every stage that has ended.' })
  durations!: StageDurationType[];

  /** Not part of the API: which embeddings the field resolvers read. */
  embeddingSetId!: string | null;
}

@ObjectType('RunProgress', { description: 'What a watcher of a run is told: always the newest.' })
export class RunProgressType {
  @Field(() => RunType, { description: 'The run as it is now.' })
  run!: RunType;

  @Field(() => FrameType, { nullable: true, description: 'The newest layout; null before the first.' })
  frame!: FrameType | null;

  @Field(() => IterationStatsType, {
    nullable: true,
    description: 'The newest figures; null before the first iteration.',
  })
  stats!: IterationStatsType | null;

  @Field(() => [IterationStatsType], {
    description:
      'All figures since the previous message, in order and without a gap; the first message has all from the start.',
  })
  statsSince!: IterationStatsType[];
}

@ObjectType('RunEdge', { description: 'One run of a page.' })
export class RunEdgeType {
  @Field(() => String, { description: 'Position in the list.' })
  cursor!: string;

  @Field(() => RunType, { description: 'The run.' })
  node!: RunType;
}

@ObjectType('RunConnection', { description: 'A page of runs, newest first.' })
export class RunConnectionType {
  @Field(() => [RunEdgeType], { description: 'The runs with their positions.' })
  edges!: RunEdgeType[];

  @Field(() => [RunType], { description: 'The runs.' })
  nodes!: RunType[];

  @Field(() => PageInfoType, { description: 'Where the page ends.' })
  pageInfo!: PageInfoType;

  @Field(() => Int, { description: 'Number of runs over all pages.' })
  totalCount!: number;
}

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
