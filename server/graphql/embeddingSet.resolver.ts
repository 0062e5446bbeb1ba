import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { NotFoundError } from '../errors.ts';
import { pageRequest, toConnection } from './arguments.ts';
import type { GraphQLContext } from './context.ts';
import { DatasetType, toDatasetType } from './dataset.type.ts';
import { EmbeddingSetConnectionType, EmbeddingSetType, toEmbeddingSetType } from './embeddingSet.type.ts';

@Resolver(() => EmbeddingSetType)
export class EmbeddingSetResolver {
  @Query(() => EmbeddingSetConnectionType, { description: 'A page of sets of embeddings, newest first.' })
  async embeddingSets(
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'Items a page, 1 to 200.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor after which the page starts.' })
    after: string | null,
    @Ctx() { services }: GraphQLContext,
  ): Promise<EmbeddingSetConnectionType> {
    const page = await services.store.embeddingSets.listEmbeddingSets(pageRequest(first, after));
    return toConnection(page, toEmbeddingSetType);
  }

  @FieldResolver(() => DatasetType, { description: 'The images that were embedded.' })
  async dataset(@Root() set: EmbeddingSetType, @Ctx() { services }: GraphQLContext): Promise<DatasetType> {
    const dataset = await services.store.datasets.findDataset(set.datasetId);
    if (dataset === null) throw new NotFoundError(`no data set has the id ${set.datasetId}`);
    return toDatasetType(dataset);
  }
}
