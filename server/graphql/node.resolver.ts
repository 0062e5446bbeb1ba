import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { GraphQLContext } from './context.ts';
import { toDatasetType } from './dataset.type.ts';
import { toEmbeddingSetType } from './embeddingSet.type.ts';
import { NodeType } from './node.type.ts';
import { toRunType } from './toRunType.ts';
import { toShareLinkType } from './shareLink.type.ts';

@Resolver()
export class NodeResolver {
  @Query(() => NodeType, { nullable: true, description: 'Anything by its id; null when there is nothing with it.' })
  async node(@Arg('id', () => ID) id: string, @Ctx() { services }: GraphQLContext): Promise<NodeType | null> {
    const { store } = services;
    const [run, dataset, set, link] = await Promise.all([
      store.runs.findRun(id),
      store.datasets.findDataset(id),
      store.embeddingSets.findEmbeddingSet(id),
      store.shareLinks.findShareLink(id),
    ]);
    if (run) return toRunType(run);
    if (dataset) return toDatasetType(dataset);
    if (set) return toEmbeddingSetType(set);
    return link && toShareLinkType(link);
  }
}
