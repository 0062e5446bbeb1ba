import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { RunComparisonType, RunStabilityType } from './comparison.type.ts';
import type { GraphQLContext } from './context.ts';
import { ComparisonFit, type FitName } from './enums.ts';

@Resolver()
export class ComparisonResolver {
  @Query(() => RunComparisonType, {
    description: 'Lays the right layout over the left one, as both are now; the runs need not have ended.',
  })
  compareRuns(
    @Arg('left', () => ID) left: string,
    @Arg('right', () => ID) right: string,
    @Arg('fit', () => ComparisonFit, {
      nullable: true,
      defaultValue: 'ALL',
      description: 'What decides the alignment.',
    })
    fit: FitName | null,
    @Arg('images', () => [Int], { nullable: true, description: 'For the fit IMAGES: their indices in the data set.' })
    images: number[] | null,
    @Ctx() { services }: GraphQLContext,
  ): Promise<RunComparisonType> {
    return services.comparisons.compare({ left, right, fit: fit ?? 'ALL', images });
  }

  @Query(() => RunStabilityType, {
    description: 'How much the neighborhoods of several layouts of the same images agree, as of runs with other seeds.',
  })
  runStability(
    @Arg('runIds', () => [ID], { description: 'Two to twenty runs of one data set.' }) runIds: string[],
    @Ctx() { services }: GraphQLContext,
  ): Promise<RunStabilityType> {
    return services.comparisons.stability(runIds);
  }
}
