import { Args, ArgsType, Ctx, Field, ID, Int, Resolver, Root, Subscription } from 'type-graphql';
import type { Run } from '../storage/run.ts';
import type { FrameEncoding as EncodingName, RunUpdate } from '../stream/frame.ts';
import type { GraphQLContext } from './context.ts';
import { FrameEncoding } from './enums.ts';
import { RunProgressType, RunType } from './run.type.ts';
import { toRunType } from './toRunType.ts';

@ArgsType()
class RunProgressArgs {
  @Field(() => ID, { description: 'The run to watch.' })
  runId!: string;

  @Field(() => FrameEncoding, { nullable: true, defaultValue: 'INT16', description: 'How coordinates are written.' })
  encoding!: EncodingName | null;

  @Field(() => Int, { nullable: true, defaultValue: 20, description: 'At most so many messages a second, 1 to 60.' })
  maxFramesPerSecond!: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: 'Figures of the iterations after this one: who connects again gives the last one that it has.',
  })
  statsAfter!: number | null;
}

@Resolver()
export class RunProgressResolver {
  @Subscription(() => RunProgressType, {
    description:
      'The newest state of a run at once, then every change, until it ends. Who is slow skips layouts, never the last one.',
    subscribe: ({ context, args }) => {
      const { services } = context as GraphQLContext;
      const { runId, maxFramesPerSecond, statsAfter } = args as RunProgressArgs;
      return services.runs.watch(runId, {
        maxFramesPerSecond: maxFramesPerSecond ?? 20,
        statsAfter: statsAfter ?? 0,
      });
    },
  })
  runProgress(
    @Root() update: RunUpdate,
    @Args(() => RunProgressArgs) { encoding }: RunProgressArgs,
    @Ctx() { services }: GraphQLContext,
  ): RunProgressType {
    const { frame, statistics } = update;
    return {
      run: toRunType(update.run),
      frame: frame && services.frames.encode(frame, encoding ?? 'INT16'),
      stats: update.latestStatistics,
      statsSince: [...statistics],
      skippedFrames: update.skippedFrames,
    };
  }

  @Subscription(() => RunType, {
    description: 'Every run that is made or changes its status, and about once a second one that makes progress.',
    subscribe: ({ context }) => (context as GraphQLContext).services.topics.subscribe('runsChanged'),
  })
  runsChanged(@Root() run: Run): RunType {
    return toRunType(run);
  }

  @Subscription(() => ID, {
    description: 'The id of every run that is deleted.',
    subscribe: ({ context }) => (context as GraphQLContext).services.topics.subscribe('runDeleted'),
  })
  runDeleted(@Root() runId: string): string {
    return runId;
  }
}
