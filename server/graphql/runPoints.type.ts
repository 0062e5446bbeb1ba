import { Field, ID, ObjectType } from 'type-graphql';

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

@ObjectType('PointNumbers', { description: 'A number of every point, such as those of a table beside the images.' })
export class PointNumbersType {
  @Field(() => String, { description: 'Name of the column.' })
  name!: string;

  @Field(() => String, { description: 'Base64 of little-endian Float64, one for every point; NaN for none.' })
  values!: string;
}

@ObjectType('RunPoints', {
  description: 'What the points of a run are. All lists are in the order of the coordinates.',
})
export class RunPointsType {
  @Field(() => ID, { nullable: true, description: 'The data set of the images; null until it is open.' })
  datasetId!: string | null;

  @Field(() => Boolean, { description: 'False for imported vectors, whose points have no pictures.' })
  pictured!: boolean;

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

  @Field(() => [PointNumbersType], { description: 'Numbers that the data set has of its images.' })
  numbers!: PointNumbersType[];

  @Field(() => String, {
    nullable: true,
    description:
      'Base64 of little-endian Float32: recallAt15 of every point alone, NaN outside the sample; null until measured.',
  })
  recallPerPoint!: Promise<string | null> | null;
}
