import { Field, Float, ID, InputType, Int } from 'type-graphql';
import type { Initialization as InitializationName, LayoutMethod as MethodName } from '../storage/run.ts';
import type { LayoutGeometry, RunStatus as StatusName, SteeringChange } from '../storage/run.ts';
import { Geometry, Initialization, LayoutMethod, RunStatus, SteerableSetting } from './enums.ts';

const optional = (description: string) => ({ nullable: true, description });

@InputType('StartRunInput', {
  description: 'What to lay out: either a data set and a model, or a stored set of embeddings; and how.',
})
export class StartRunInput {
  @Field(
    () => String,
    optional('A name of the query datasets, or the path of a folder, archive or Parquet file of images.'),
  )
  dataset?: string | null;

  @Field(() => String, optional('A name of the query models, or the path of a folder with config.json and weights.'))
  model?: string | null;

  @Field(() => ID, optional('Stored embeddings, instead of data set and model.'))
  embeddingSetId?: string | null;

  @Field(() => String, optional('A name for people; by default made from data set and model.'))
  name?: string | null;

  @Field(() => String, optional('Runs of the same group belong together.'))
  group?: string | null;

  @Field(() => Int, optional('Number of images, spread evenly over the data set; by default all.'))
  limit?: number | null;

  @Field(() => Int, optional('Seed, 0 to 2147483647; by default 1.'))
  seed?: number | null;

  @Field(() => Int, optional('Iterations, 1 to 100000; by default 500.'))
  iterations?: number | null;

  @Field(() => Float, optional('Effective number of neighbors, 2 to 200; by default 30, or less for few images.'))
  perplexity?: number | null;

  @Field(() => Float, optional('The scale s of the kernel, 0.1 to 1000; by default found by the engine.'))
  curvatureScale?: number | null;

  @Field(() => Geometry, optional('The plane; by default POINCARE.'))
  geometry?: LayoutGeometry | null;

  @Field(() => [Float], optional('More perplexities, up to eight, 2 to 200: similarities are the mean over all.'))
  furtherPerplexities?: number[] | null;

  @Field(() => LayoutMethod, optional('t-SNE, or UMAP to compare with; by default TSNE.'))
  method?: MethodName | null;

  @Field(() => Float, optional('Learning rate η, 0.001 to 10000000; by default N over the exaggeration, N/2 at most.'))
  learningRate?: number | null;

  @Field(() => Float, optional('Factor on the attraction at the start, 0.1 to 100; by default 12.'))
  earlyExaggeration?: number | null;

  @Field(() => Int, optional('Iterations with that factor; by default a fifth of all, at most 100.'))
  exaggeratedIterations?: number | null;

  @Field(() => Float, optional('Factor on the attraction after that, 0.1 to 100; by default 1.'))
  lateExaggeration?: number | null;

  @Field(() => Initialization, optional('Where it starts; by default PCA.'))
  initialization?: InitializationName | null;

  @Field(() => ID, optional('The run whose layout is the start, of the same data set.'))
  initialRunId?: string | null;

  @Field(() => Float, optional('How strongly depth in the data’s hierarchy shows as radius, 0 to 1; by default 0.'))
  hierarchyWeight?: number | null;

  @Field(() => String, optional('cls, mean or cls+mean; by default cls.'))
  pooling?: string | null;

  @Field(() => Int, optional('Input resolution in pixels, a multiple of the patch size; by default the model’s own.'))
  resolution?: number | null;

  @Field(() => String, optional('How images are resized, bilinear or bicubic; by default as the model’s own.'))
  interpolation?: string | null;

  @Field(() => Boolean, optional('Scale every vector to length 1; by default false.'))
  normalize?: boolean | null;

  @Field(() => String, optional('A second call with the same key gives the run of the first instead of another one.'))
  idempotencyKey?: string | null;

  @Field(() => Int, optional('Of the runs that wait, the highest goes first; −100 to 100, by default 0.'))
  priority?: number | null;
}

@InputType('StartSweepInput', {
  description: 'Several runs as one group: every combination of the seeds, perplexities and models that are given.',
})
export class StartSweepInput {
  @Field(() => StartRunInput, { description: 'What all of them have in common.' })
  base!: StartRunInput;

  @Field(() => [Int], optional('Seeds, instead of the one of `base`.'))
  seeds?: number[] | null;

  @Field(() => [Float], optional('Perplexities, instead of the one of `base`.'))
  perplexities?: number[] | null;

  @Field(() => [String], optional('Models, instead of the one of `base`.'))
  models?: string[] | null;
}

@InputType('SteerRunInput', { description: 'What to change while a layout is optimized; what is left out stays.' })
export class SteerRunInput {
  @Field(() => Float, optional('Learning rate η of t-SNE, 0.001 to 10000000.'))
  learningRate?: number | null;

  @Field(() => Float, optional('Factor on the attraction, 0.1 to 100, instead of the schedule’s.'))
  exaggeration?: number | null;

  @Field(
    () => Float,
    optional('The scale s of the kernel, 0.1 to 1000; the layout moves there within some iterations.'),
  )
  curvatureScale?: number | null;

  @Field(() => [SteerableSetting], optional('What goes back to its schedule.'))
  automatic?: (keyof SteeringChange)[] | null;
}

@InputType('RunFilter', { description: 'Which runs to list; all that is given must hold.' })
export class RunFilterInput {
  @Field(() => [RunStatus], optional('One of these statuses.'))
  statuses?: StatusName[] | null;

  @Field(() => String, optional('The data set asked for.'))
  datasetName?: string | null;

  @Field(() => String, optional('The model asked for.'))
  modelName?: string | null;

  @Field(() => String, optional('One of the run’s tags.'))
  tag?: string | null;

  @Field(() => String, optional('The group.'))
  group?: string | null;

  @Field(() => Boolean, optional('True for those that are put away, false for the others; by default both.'))
  archived?: boolean | null;

  @Field(() => String, optional('Part of the name, in any case.'))
  search?: string | null;
}
