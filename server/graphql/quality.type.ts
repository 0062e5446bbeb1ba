import { Field, Float, Int, ObjectType } from 'type-graphql';

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

  @Field(() => Int, { description: 'Points on which the figures were computed.' })
  sampleSize!: number;
}
