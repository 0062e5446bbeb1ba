import { Field, Int, ObjectType } from 'type-graphql';
import type { EmbeddingSet } from '../storage/store.ts';
import { NodeType } from './node.type.ts';
import { PageInfoType } from './page.type.ts';
import { DateTime } from './scalars.ts';

@ObjectType('EmbeddingSet', {
  implements: NodeType,
  description: 'The embeddings of one data set by one model with one set of options.',
})
export class EmbeddingSetType extends NodeType {
  @Field(() => String, { description: 'A name for people.' })
  name!: string;

  @Field(() => String, { description: 'The model.' })
  modelName!: string;

  @Field(() => String, { description: 'Hex SHA-256 of the weights.' })
  modelChecksum!: string;

  @Field(() => Boolean, { description: 'False when the weights were made from a seed and never trained.' })
  trained!: boolean;

  @Field(() => String, { description: 'cls, mean or cls+mean.' })
  pooling!: string;

  @Field(() => Int, { description: 'Input resolution in pixels.' })
  resolution!: number;

  @Field(() => String, { description: 'How images were resized: bilinear or bicubic; none for imported vectors.' })
  interpolation!: string;

  @Field(() => Boolean, { description: 'True when every vector was scaled to length 1.' })
  normalize!: boolean;

  @Field(() => String, { description: 'The engine that computed them.' })
  engine!: string;

  @Field(() => Int, { description: 'Components of one vector.' })
  dimension!: number;

  @Field(() => Int, { description: 'Images embedded so far.' })
  storedCount!: number;

  @Field(() => DateTime, { description: 'When the first run asked for them.' })
  createdAt!: Date;

  /** Not part of the API: which data set the field resolver reads. */
  datasetId!: string;
}

@ObjectType('EmbeddingSetEdge', { description: 'One set of embeddings of a page.' })
export class EmbeddingSetEdgeType {
  @Field(() => String, { description: 'Position in the list.' })
  cursor!: string;

  @Field(() => EmbeddingSetType, { description: 'The set.' })
  node!: EmbeddingSetType;
}

@ObjectType('EmbeddingSetConnection', { description: 'A page of sets of embeddings, newest first.' })
export class EmbeddingSetConnectionType {
  @Field(() => [EmbeddingSetEdgeType], { description: 'The sets with their positions.' })
  edges!: EmbeddingSetEdgeType[];

  @Field(() => [EmbeddingSetType], { description: 'The sets.' })
  nodes!: EmbeddingSetType[];

  @Field(() => PageInfoType, { description: 'Where the page ends.' })
  pageInfo!: PageInfoType;

  @Field(() => Int, { description: 'Number of sets over all pages.' })
  totalCount!: number;
}

/** A set of embeddings of the store as the API shows it. */
export function toEmbeddingSetType(set: EmbeddingSet): EmbeddingSetType {
  return Object.assign(new EmbeddingSetType(), set);
}
