import { createPubSub } from '@graphql-yoga/subscription';
import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from 'type-graphql';
import { AccessResolver } from './access.resolver.ts';
import { applyRules } from './applyRules.ts';
import { ComparisonResolver } from './comparison.resolver.ts';
import { DatasetResolver } from './dataset.resolver.ts';
import { EmbeddingSetResolver } from './embeddingSet.resolver.ts';
import { ModelResolver } from './model.resolver.ts';
import { NeighborResolver } from './neighbor.resolver.ts';
import { NodeResolver } from './node.resolver.ts';
import { RunResolver } from './run.resolver.ts';
import { RunProgressResolver } from './runProgress.resolver.ts';
import { DateTime } from './scalars.ts';
import { ShareLinkResolver } from './shareLink.resolver.ts';

/** The whole API, with the rules of who may call what. */
export async function buildApiSchema(): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [
      NodeResolver,
      DatasetResolver,
      ModelResolver,
      EmbeddingSetResolver,
      RunResolver,
      NeighborResolver,
      ComparisonResolver,
      ShareLinkResolver,
      RunProgressResolver,
      AccessResolver,
    ],
    scalarsMap: [{ type: Date, scalar: DateTime }],
    // Bounds are checked by the services, which the command line and the queue go through as well.
    validate: false,
    // The library asks for one; our subscriptions read the frame hub and the typed topics themselves.
    pubSub: createPubSub(),
  });
  return applyRules(schema);
}
