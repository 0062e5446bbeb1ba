import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { FrameEncoding as EncodingName } from '../stream/frame.ts';
import { pageRequest, toConnection } from './arguments.ts';
import type { GraphQLContext } from './context.ts';
import { DatasetType, toDatasetType } from './dataset.type.ts';
import { EmbeddingSetType, toEmbeddingSetType } from './embeddingSet.type.ts';
import { FrameEncoding } from './enums.ts';
import { FrameType, IterationStatsType, SteeringChangeType, toSteeringChangeType } from './frame.type.ts';
import { RunFilterInput, StartRunInput, StartSweepInput, SteerRunInput } from './run.input.ts';
import { RunConnectionType, RunType } from './run.type.ts';
import { RunPointsType } from './runPoints.type.ts';
import { toRunType } from './toRunType.ts';
import { ShareLinkType, toShareLinkType } from './shareLink.type.ts';

@Resolver(() => RunType)
export class RunResolver {
  @Query(() => RunConnectionType, { description: 'A page of runs, newest first.' })
  async runs(
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'Items a page, 1 to 200.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Cursor after which the page starts.' })
    after: string | null,
    @Arg('filter', () => RunFilterInput, { nullable: true, description: 'Which runs.' }) filter: RunFilterInput | null,
    @Ctx() { services }: GraphQLContext,
  ): Promise<RunConnectionType> {
    return toConnection(await services.runs.list(pageRequest(first, after), filter ?? {}), toRunType);
  }

  @Query(() => RunType, {
    nullable: true,
    description: 'One run; the error NOT_FOUND when there is none with this id.',
  })
  async run(@Arg('id', () => ID) id: string, @Ctx() { services }: GraphQLContext): Promise<RunType> {
    return toRunType(await services.runs.find(id));
  }

  @Mutation(() => RunType, { description: 'Asks for a new layout; it is queued and starts by itself.' })
  async startRun(
    @Arg('input', () => StartRunInput) input: StartRunInput,
    @Ctx() { services }: GraphQLContext,
  ): Promise<RunType> {
    return toRunType(await services.runs.start(input));
  }

  @Mutation(() => [RunType], { description: 'Asks for several layouts at once, as one group; all of them or none.' })
  async startSweep(
    @Arg('input', () => StartSweepInput) input: StartSweepInput,
    @Ctx() { services }: GraphQLContext,
  ): Promise<RunType[]> {
    return (await services.runs.startSweep(input)).map(toRunType);
  }

  @Mutation(() => RunType, { description: 'Stops a run so that it can go on later; nothing that is finished is lost.' })
  async pauseRun(@Arg('id', () => ID) id: string, @Ctx() { services }: GraphQLContext): Promise<RunType> {
    return toRunType(await services.runs.pause(id));
  }

  @Mutation(() => RunType, { description: 'Lets a paused run go on.' })
  async resumeRun(@Arg('id', () => ID) id: string, @Ctx() { services }: GraphQLContext): Promise<RunType> {
    return toRunType(await services.runs.resume(id));
  }

  @Mutation(() => RunType, { description: 'Ends a run for good; what is stored stays.' })
  async cancelRun(@Arg('id', () => ID) id: string, @Ctx() { services }: GraphQLContext): Promise<RunType> {
    return toRunType(await services.runs.cancel(id));
  }

  @Mutation(() => ID, { description: 'Removes a run with its layouts; its embeddings stay. Gives the id.' })
  async deleteRun(@Arg('id', () => ID) id: string, @Ctx() { services }: GraphQLContext): Promise<string> {
    await services.runs.delete(id);
    services.loadedRuns.forget(id);
    return id;
  }

  @Mutation(() => RunType, { description: 'Changes what is given; the rest stays.' })
  async updateRun(
    @Arg('id', () => ID) id: string,
    @Arg('name', () => String, { nullable: true }) name: string | null,
    @Arg('notes', () => String, { nullable: true }) notes: string | null,
    @Arg('tags', () => [String], { nullable: true }) tags: string[] | null,
    @Arg('group', () => String, { nullable: true, description: 'An empty one takes it out of its group.' })
    group: string | null,
    @Arg('archived', () => Boolean, { nullable: true, description: 'Puts it away, or back.' }) archived: boolean | null,
    @Ctx() { services }: GraphQLContext,
  ): Promise<RunType> {
    return toRunType(await services.runs.update(id, { name, notes, tags, group, archived }));
  }

  @Mutation(() => RunType, {
    description: 'Changes how a run goes on, from its next step; kept in Run.steering and repeated after a crash.',
  })
  async steerRun(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => SteerRunInput) input: SteerRunInput,
    @Ctx() { services }: GraphQLContext,
  ): Promise<RunType> {
    return toRunType(await services.runs.steer(id, input));
  }

  @FieldResolver(() => [SteeringChangeType], { description: 'What was changed on the way, in order.' })
  async steering(@Root() run: RunType, @Ctx() { services }: GraphQLContext): Promise<SteeringChangeType[]> {
    return (await services.runs.changes(run.id)).map(toSteeringChangeType);
  }

  @FieldResolver(() => FrameType, {
    nullable: true,
    description: 'The latest layout, or the stored one at or before `iteration`; null before the first.',
  })
  async layout(
    @Root() run: RunType,
    @Arg('encoding', () => FrameEncoding, { nullable: true, defaultValue: 'FLOAT32' }) encoding: EncodingName | null,
    @Arg('iteration', () => Int, { nullable: true }) iteration: number | null,
    @Ctx() { services }: GraphQLContext,
  ): Promise<FrameType | null> {
    const frame = await services.runs.layout(run.id, iteration ?? undefined);
    return frame && services.frames.encode(frame, encoding ?? 'FLOAT32');
  }

  @FieldResolver(() => [Int], { description: 'Iterations whose layout is stored, ascending.' })
  keyframes(@Root() run: RunType, @Ctx() { services }: GraphQLContext): Promise<number[]> {
    return services.store.runs.listKeyframes(run.id);
  }

  @FieldResolver(() => [IterationStatsType], { description: 'The figures of every iteration done, in order.' })
  async history(@Root() run: RunType, @Ctx() { services }: GraphQLContext): Promise<IterationStatsType[]> {
    return [...(await services.runs.history(run.id))];
  }

  @FieldResolver(() => EmbeddingSetType, { nullable: true, description: 'Its embeddings; null before extraction.' })
  async embeddingSet(@Root() run: RunType, @Ctx() { services }: GraphQLContext): Promise<EmbeddingSetType | null> {
    if (run.embeddingSetId === null) return null;
    const set = await services.store.embeddingSets.findEmbeddingSet(run.embeddingSetId);
    return set && toEmbeddingSetType(set);
  }

  @FieldResolver(() => DatasetType, { nullable: true, description: 'Its images; null until they were opened once.' })
  async dataset(@Root() run: RunType, @Ctx() { services }: GraphQLContext): Promise<DatasetType | null> {
    const dataset = await services.loadedRuns.findDataset(run);
    return dataset && toDatasetType(dataset);
  }

  @FieldResolver(() => RunPointsType, { description: 'What its points are: images, classes, recall.' })
  points(@Root() run: RunType, @Ctx() { services }: GraphQLContext): Promise<RunPointsType> {
    return services.loadedRuns.points(run);
  }

  @FieldResolver(() => [String], {
    description: 'The name of the image of every point, such as its file; empty until the images are open.',
  })
  imageNames(@Root() run: RunType, @Ctx() { services }: GraphQLContext): Promise<string[]> {
    return services.loadedRuns.imageNames(run);
  }

  @FieldResolver(() => [ShareLinkType], { description: 'Links that show it.' })
  async shareLinks(@Root() run: RunType, @Ctx() { services }: GraphQLContext): Promise<ShareLinkType[]> {
    const links = await services.store.shareLinks.listShareLinks(run.id);
    return links.map((link) => toShareLinkType(link));
  }
}
