import { Field, Float, Int, ObjectType } from 'type-graphql';
import { QualityType } from './quality.type.ts';

@ObjectType('Isometry', {
  description:
    'A distance-preserving map of the disk: conjugate u when `reflected`, then u ↦ e^(i·rotation) · (u − c) / (1 − c̄·u) with c = centerX + i·centerY.',
})
export class IsometryType {
  @Field(() => Float, { description: 'Real part of the place that goes to the origin.' })
  centerX!: number;

  @Field(() => Float, { description: 'Imaginary part of the place that goes to the origin.' })
  centerY!: number;

  @Field(() => Float, { description: 'Angle in radians.' })
  rotation!: number;

  @Field(() => Boolean, { description: 'True when the map turns orientation around.' })
  reflected!: boolean;
}

@ObjectType('RunComparison', {
  description: 'Two layouts of the same images, laid over each other. Points are matched by image.',
})
export class RunComparisonType {
  @Field(() => IsometryType, { description: 'Carries the right layout onto the left one.' })
  alignment!: IsometryType;

  @Field(() => Int, { description: 'Number of images that both runs have.' })
  pointCount!: number;

  @Field(() => Float, { description: 'Mean geodesic distance between the two places of an image after alignment.' })
  meanDisplacement!: number;

  @Field(() => Float, {
    description: 'Mean share of the 15 nearest on the left that are among the 15 nearest on the right.',
  })
  neighborhoodOverlap!: number;

  @Field(() => String, {
    description: 'Base64 of little-endian Float32: geodesic displacement of every matched image.',
  })
  displacement!: string;

  @Field(() => String, { description: 'Base64 of little-endian Float32: neighborhood overlap of every matched image.' })
  overlap!: string;

  @Field(() => String, { description: 'Base64 of little-endian Int32: the image of every entry, ascending.' })
  imageIndices!: string;

  @Field(() => Int, { description: 'Iterations that the left layout had behind it.' })
  leftIteration!: number;

  @Field(() => Int, { description: 'Iterations that the right layout had behind it.' })
  rightIteration!: number;

  @Field(() => QualityType, { nullable: true, description: 'Quality of the left run.' })
  left!: QualityType | null;

  @Field(() => QualityType, { nullable: true, description: 'Quality of the right run.' })
  right!: QualityType | null;
}

@ObjectType('RunStability', {
  description: 'How much several layouts of the same images agree. Points are matched by image.',
})
export class RunStabilityType {
  @Field(() => Int, { description: 'Number of layouts.' })
  runCount!: number;

  @Field(() => Int, { description: 'Number of images that all have.' })
  pointCount!: number;

  @Field(() => String, {
    description:
      'Base64 of little-endian Float32: the share of the 15 nearest of every image that two layouts have in common, as the mean over all pairs of layouts.',
  })
  agreement!: string;

  @Field(() => String, { description: 'Base64 of little-endian Int32: the image of every entry, ascending.' })
  imageIndices!: string;

  @Field(() => Float, { description: 'Mean agreement over all images.' })
  mean!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Lower end of its 95 % interval, by the jackknife over layouts; null for two layouts.',
  })
  low!: number | null;

  @Field(() => Float, { nullable: true, description: 'Upper end of that interval.' })
  high!: number | null;
}
