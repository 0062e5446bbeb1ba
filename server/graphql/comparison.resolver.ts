import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { RunComparisonType } from './comparison.type.ts';
import type { GraphQLContext } from './context.ts';

@Resolver()
export class ComparisonResolver {
  @Query(() => RunComparisonType, { description: 'Lays two layouts of the same data set over each other.' })
  compareRuns(
    @Arg('left', () => ID) left: string,
    @Arg('right', () => ID) right: string,
    @Ctx() { services }: GraphQLContext,
  ): Promise<RunComparisonType> {
    return services.comparisons.compare(left, right);
  }
}
