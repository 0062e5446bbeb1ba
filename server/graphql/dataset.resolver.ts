import { Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import type { GraphQLContext } from './context.ts';
import { DatasetType, LabelCountType, toDatasetType } from './dataset.type.ts';
import { EmbeddingSetType, toEmbeddingSetType } from './embeddingSet.type.ts';
import { RunType } from './run.type.ts';
import { toRunType } from './toRunType.ts';

/** Enough for the page of one data set; longer lists are paged by the queries runs and embeddingSets. */
const NEWEST = { first: 200 };

@Resolver(() => DatasetType)
export class DatasetResolver {
  @Query(() => [DatasetType], { description: 'Every data set that was opened, newest first.' })
  async datasets(@Ctx() { services }: GraphQLContext): Promise<DatasetType[]> {
    return (await services.store.datasets.listDatasets()).map(toDatasetType);
  }

  @FieldResolver(() => [LabelCountType], { description: 'Its classes with the number of their images.' })
  labels(@Root() dataset: DatasetType, @Ctx() { services }: GraphQLContext): Promise<LabelCountType[]> {
    return services.loadedRuns.countLabels(dataset.id);
  }

  @FieldResolver(() => String, {
    description: 'Base64 of little-endian Int16: for every image an index into `labels`, −1 for none.',
  })
  labelCodes(@Root() dataset: DatasetType, @Ctx() { services }: GraphQLContext): Promise<string> {
    return services.loadedRuns.labelCodes(dataset.id);
  }

  @FieldResolver(() => [EmbeddingSetType], { description: 'Its embeddings, newest first.' })
  async embeddingSets(@Root() dataset: DatasetType, @Ctx() { services }: GraphQLContext): Promise<EmbeddingSetType[]> {
    const page = await services.store.embeddingSets.listEmbeddingSets(NEWEST);
    return page.items
      .filter(({ value }) => value.datasetId === dataset.id)
      .map(({ value }) => toEmbeddingSetType(value));
  }

  @FieldResolver(() => [RunType], { description: 'The runs that asked for it by name, newest first.' })
  async runs(@Root() dataset: DatasetType, @Ctx() { services }: GraphQLContext): Promise<RunType[]> {
    const page = await services.runs.list(NEWEST, { datasetName: dataset.name });
    return page.items.map(({ value }) => toRunType(value));
  }
}
