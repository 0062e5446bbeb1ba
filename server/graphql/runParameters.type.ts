import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { Initialization as InitializationName, LayoutMethod as MethodName } from '../storage/run.ts';
import type { LayoutGeometry } from '../storage/run.ts';
import { Geometry, Initialization, LayoutMethod } from './enums.ts';

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
