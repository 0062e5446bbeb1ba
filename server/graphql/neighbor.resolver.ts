import { Arg, Ctx, Float, ID, Int, Query, Resolver } from 'type-graphql';
import type { GraphQLContext } from './context.ts';
import { Metric, type MetricName } from './enums.ts';
import { DiskPointInput, NeighborType } from './neighbor.type.ts';

@Resolver()
export class NeighborResolver {
  @Query(() => [NeighborType], { description: 'The nearest points of exactly one of `point` and `at`, nearest first.' })
  neighbors(
    @Arg('runId', () => ID) runId: string,
    @Arg('point', () => Int, { nullable: true, description: 'Index of a point of the run.' }) point: number | null,
    @Arg('at', () => DiskPointInput, { nullable: true, description: 'A place on the disk.' }) at: DiskPointInput | null,
    @Arg('k', () => Int, { nullable: true, defaultValue: 10, description: 'How many, 1 to 1000.' }) k: number | null,
    @Arg('radius', () => Float, { nullable: true, description: 'Only those at most this far.' }) radius: number | null,
    @Arg('metric', () => Metric, { nullable: true, defaultValue: 'GEODESIC', description: 'By which distance.' })
    metric: MetricName | null,
    @Ctx() { services }: GraphQLContext,
  ): Promise<NeighborType[]> {
    return services.neighbors.find({ runId, point, at, k: k ?? 10, radius, metric: metric ?? 'GEODESIC' });
  }
}
