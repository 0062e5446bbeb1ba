import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('QualityErrors', {
  description: 'Half widths of 95 % confidence intervals; 0 where every point or pair was measured.',
})
export class QualityErrorsType {
  @Field(() => Float, { description: 'Of recallAt15.' })
  recallAt15!: number;

  @Field(() => Float, { description: 'Of trustworthinessAt15.' })
  trustworthinessAt15!: number;

  @Field(() => Float, { description: 'Of continuityAt15.' })
  continuityAt15!: number;

  @Field(() => Float, { description: 'Of distanceCorrelation.' })
  distanceCorrelation!: number;

  @Field(() => Float, { nullable: true, description: 'Of treeDistortion.' })
  treeDistortion!: number | null;
}

@ObjectType('Quality', { description: 'How faithful a layout is to its embeddings, measured.' })
export class QualityType {
  @Field(() => Float, {
    description: 'Share of the 15 nearest by cosine in the embedding that are among the 15 nearest on the disk.',
  })
  recallAt15!: number;

  @Field(() => Float, { description: 'Trustworthiness (Venna and Kaski 2001) for 15 neighbors.' })
  trustworthinessAt15!: number;

  @Field(() => Float, { description: 'Continuity (Venna and Kaski 2001) for 15 neighbors.' })
  continuityAt15!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Leave-one-out accuracy of the vote of the 15 nearest on the disk; null without labels.',
  })
  labelKnnAt15!: number | null;

  @Field(() => Float, { description: 'Share of points with |u| > 0.99.' })
  rimFraction!: number;

  @Field(() => Float, { description: 'The scale s of the kernel at the end.' })
  curvatureScale!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Rank correlation (Spearman) of distance in the embedding and on the disk over pairs of points; null for runs measured before it was.',
  })
  distanceCorrelation?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Mean relative error of the distances in the tree that the points form; null where none is known.',
  })
  treeDistortion?: number | null;

  @Field(() => QualityErrorsType, {
    nullable: true,
    description: 'How far the figures may be off, as a sample was measured; null for runs measured before it was.',
  })
  errors?: QualityErrorsType | null;

  @Field(() => Int, { description: 'Points on which the figures were computed.' })
  sampleSize!: number;
}
