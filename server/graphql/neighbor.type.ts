import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';

@InputType('DiskPointInput', { description: 'A place in the open unit disk: x² + y² < 1.' })
export class DiskPointInput {
  @Field(() => Float, { description: 'To the right.' })
  x!: number;

  @Field(() => Float, { description: 'Upwards.' })
  y!: number;
}

@ObjectType('Neighbor', { description: 'A point near another one.' })
export class NeighborType {
  @Field(() => Int, { description: 'Index of the point in the run.' })
  point!: number;

  @Field(() => Float, { description: 'Geodesic distance at curvature −1, or cosine distance.' })
  distance!: number;

  @Field(() => Int, { description: 'Place in the order of distance, from 1.' })
  rank!: number;

  @Field(() => Float, { description: 'Where it lies on the disk.' })
  x!: number;

  @Field(() => Float, { description: 'Where it lies on the disk.' })
  y!: number;

  @Field(() => String, { nullable: true, description: 'Its class; null when it has none.' })
  label!: string | null;

  @Field(() => String, { nullable: true, description: 'Path of its image; null for embeddings without images.' })
  imageUrl!: string | null;

  @Field(() => Int, { nullable: true, description: 'Its rank by the other metric, from 1; null for a query by place.' })
  otherRank!: number | null;
}
