import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import type { GraphQLContext } from './context.ts';
import { toRunType } from './toRunType.ts';
import { CreateShareLinkInput, SharedViewType, ShareLinkType, toShareLinkType } from './shareLink.type.ts';

@Resolver()
export class ShareLinkResolver {
  @Query(() => SharedViewType, {
    nullable: true,
    description: 'What a link shows; null when it does not work any more.',
  })
  async sharedView(
    @Arg('token', () => String) token: string,
    @Ctx() { services }: GraphQLContext,
  ): Promise<SharedViewType | null> {
    const view = await services.access.shareLinks.open(token);
    if (view === null) return null;
    const { link, runs, ticket, expiresAt } = view;
    return { ...link, runs: runs.map(toRunType), ticket, ticketExpiresAt: expiresAt };
  }

  @Mutation(() => ShareLinkType, { description: 'Makes a link; its secret is in this answer only.' })
  async createShareLink(
    @Arg('input', () => CreateShareLinkInput) input: CreateShareLinkInput,
    @Ctx() { actor, services }: GraphQLContext,
  ): Promise<ShareLinkType> {
    const { link, token } = await services.access.shareLinks.create(input, actor);
    return toShareLinkType(link, token);
  }

  @Mutation(() => ShareLinkType, { description: 'Withdraws a link for good.' })
  async revokeShareLink(@Arg('id', () => ID) id: string, @Ctx() { services }: GraphQLContext): Promise<ShareLinkType> {
    return toShareLinkType(await services.access.shareLinks.revoke(id));
  }
}
