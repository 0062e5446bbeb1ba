import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { FrameEncoding, SteerableSetting } from './enums.ts';
import type { FrameEncoding as EncodingName } from '../stream/frame.ts';
import type { RecordedChange, SteeringChange } from '../storage/run.ts';
import { DateTime } from './scalars.ts';

@ObjectType('Frame', { description: 'One layout of a run: a place on the disk for every point.' })
export class FrameType {
  @Field(() => ID, { description: 'The run.' })
  runId!: string;

  @Field(() => Int, { description: 'Number of iterations done when the layout was this; 0 is the initial layout.' })
  iteration!: number;

  @Field(() => FrameEncoding, { description: 'How the coordinates are written.' })
  encoding!: EncodingName;

  @Field(() => Int, { description: 'Number of points.' })
  pointCount!: number;

  @Field(() => String, {
    description:
      'Base64, little-endian, x0 y0 x1 y1 …, in the order of Run.points. Every point lies in the open unit disk.',
  })
  coordinates!: string;
}

@ObjectType('SteeringChange', { description: 'What was changed while the layout was optimized.' })
export class SteeringChangeType {
  @Field(() => Int, {
    nullable: true,
    description: 'Number of iterations done when it took effect; null while it has not.',
  })
  iteration!: number | null;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date;

  @Field(() => Float, { nullable: true, description: 'The new learning rate; null when that stayed.' })
  learningRate!: number | null;

  @Field(() => Float, { nullable: true, description: 'The new factor on the attraction; null when that stayed.' })
  exaggeration!: number | null;

  @Field(() => Float, { nullable: true, description: 'The new scale s of the kernel; null when that stayed.' })
  curvatureScale!: number | null;

  @Field(() => [SteerableSetting], { description: 'What went back to its schedule.' })
  automatic!: (keyof SteeringChange)[];
}

export function toSteeringChangeType({ iteration, createdAt, change }: RecordedChange): SteeringChangeType {
  const value = (setting: keyof SteeringChange) => {
    const wanted = change[setting];
    return wanted === undefined || wanted === 'auto' ? null : wanted;
  };
  return {
    iteration,
    createdAt,
    learningRate: value('learningRate'),
    exaggeration: value('exaggeration'),
    curvatureScale: value('curvatureScale'),
    automatic: Object.values(SteerableSetting).filter((setting) => change[setting] === 'auto'),
  };
}

@ObjectType('IterationStats', { description: 'The figures of one iteration of the optimization.' })
export class IterationStatsType {
  @Field(() => Int, { description: 'Number of iterations done, from 1.' })
  iteration!: number;

  @Field(() => Float, {
    description:
      'Kullback–Leibler divergence of the layout’s similarities from the embedding’s, in nats, as measured last: every fifth iteration and at the end.',
  })
  loss!: number;

  @Field(() => Float, { description: 'Root mean square of the Riemannian gradient.' })
  gradientNorm!: number;

  @Field(() => Float, { description: 'The scale s of the kernel 1 / (1 + 4 s² sinh²(d/2)).' })
  curvatureScale!: number;

  @Field(() => Float, { description: 'Factor on the attraction: above 1 in the early phase.' })
  exaggeration!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Recall for 15 neighbors on a sample of points, of a layout at most a few iterations before; null where it was not measured.',
  })
  recallAt15?: number | null;
}
