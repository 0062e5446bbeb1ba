import { Field, Int, ObjectType } from 'type-graphql';
import { atlasLayout } from '../dataset/atlas.ts';
import type { StoredDataset } from '../storage/store.ts';
import { NodeType } from './node.type.ts';
import { DateTime } from './scalars.ts';

@ObjectType('LabelCount', { description: 'How many images have one class.' })
export class LabelCountType {
  @Field(() => String, { description: 'The class.' })
  name!: string;

  @Field(() => Int, { description: 'Number of its images.' })
  count!: number;
}

@ObjectType('DatasetFailure', { description: 'A file that could not be used and was left out.' })
export class DatasetFailureType {
  @Field(() => String, { description: 'The file, relative to the data set.' })
  file!: string;

  @Field(() => String, { description: 'Why, in one sentence.' })
  reason!: string;
}

@ObjectType('ImageAtlas', {
  description:
    'How the images lie on the pages /atlas/DATASET/PAGE.webp: image i is on page ⌊i / tilesPerPage⌋, there with j = i mod tilesPerPage in column j mod columns and row ⌊j / columns⌋ from the upper left.',
})
export class ImageAtlasType {
  @Field(() => Int, { description: 'Side of one image in pixels.' })
  tile!: number;

  @Field(() => Int, { description: 'Images in one row of a page.' })
  columns!: number;

  @Field(() => Int, { description: 'Images on one page.' })
  tilesPerPage!: number;

  @Field(() => Int, { description: 'Number of pages.' })
  pages!: number;
}

@ObjectType('Dataset', { implements: NodeType, description: 'A set of images that was opened at least once.' })
export class DatasetType extends NodeType {
  @Field(() => String, { description: 'As the user names it: cifar10, emoji, or the path of a folder.' })
  name!: string;

  @Field(() => String, { description: 'cifar10, emoji, folder, or vectors for embeddings without images.' })
  kind!: string;

  @Field(() => Int, { description: 'Number of images.' })
  imageCount!: number;

  @Field(() => Int, { nullable: true, description: 'Pixels, when all images have the same size.' })
  imageWidth!: number | null;

  @Field(() => Int, { nullable: true, description: 'Pixels, when all images have the same size.' })
  imageHeight!: number | null;

  @Field(() => [DatasetFailureType], { description: 'Files that were left out, with the reason.' })
  failures!: DatasetFailureType[];

  @Field(() => ImageAtlasType, { nullable: true, description: 'Its images on few large pages; null without images.' })
  atlas!: ImageAtlasType | null;

  @Field(() => DateTime, { description: 'When it was first opened.' })
  createdAt!: Date;
}

/** A data set of the store as the API shows it. */
export function toDatasetType(dataset: StoredDataset): DatasetType {
  const shown: DatasetType = {
    id: dataset.id,
    name: dataset.name,
    kind: dataset.kind,
    imageCount: dataset.imageCount,
    imageWidth: dataset.imageSize?.width ?? null,
    imageHeight: dataset.imageSize?.height ?? null,
    failures: [...dataset.failures],
    atlas: dataset.kind === 'vectors' ? null : atlasLayout({ size: dataset.imageCount, imageSize: dataset.imageSize }),
    createdAt: dataset.createdAt,
  };
  return Object.assign(new DatasetType(), shown);
}
