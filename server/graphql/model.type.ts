import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('Model', { description: 'A vision model that the product knows.' })
export class ModelType {
  @Field(() => String, { description: 'The name to use in startRun.' })
  name!: string;

  @Field(() => Int, { description: 'Components of its CLS embedding.' })
  embeddingSize!: number;

  @Field(() => Int, { description: 'Input resolution in pixels by default.' })
  resolution!: number;

  @Field(() => Float, { description: 'Number of parameters.' })
  parameterCount!: number;

  @Field(() => String, { description: 'License of the weights.' })
  license!: string;

  @Field(() => Boolean, { description: 'True when the weights are on this machine.' })
  available!: boolean;

  @Field(() => Float, { nullable: true, description: 'Size of its weight files; null when they are not here.' })
  weightBytes!: number | null;

  @Field(() => Boolean, {
    description:
      'True for the one to take where nobody chooses: the smallest DINOv3 that is here, else the bundled one.',
  })
  preferred!: boolean;

  @Field(() => Boolean, { description: 'False for weights made from a seed: layouts by them show no meaning.' })
  trained!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The command that brings the weights here; null when they are here.',
  })
  fetchCommand!: string | null;
}
