import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { RunStatus as StatusName } from '../storage/run.ts';
import { RunStatus } from './enums.ts';
import { FrameType, IterationStatsType } from './frame.type.ts';
import { NodeType } from './node.type.ts';
import { PageInfoType } from './page.type.ts';
import { QualityType } from './quality.type.ts';
import { RunParametersType } from './runParameters.type.ts';
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

@ObjectType('StageDuration', { description: 'How long one stage of a run took.' })
export class StageDurationType {
  @Field(() => String, { description: 'dataset, extraction, neighbors, optimization or quality.' })
  stage!: string;

  @Field(() => Float, { description: 'Wall-clock seconds, pauses left out.' })
  seconds!: number;
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

  @Field(() => Int, {
    description: 'Layouts that were left out since the subscription began because the connection was still busy.',
  })
  skippedFrames!: number;
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
