import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import type { GraphQLContext } from './context.ts';
import { ModelType } from './model.type.ts';
import { EngineType, ServerInfoType } from './server.type.ts';

@Resolver(() => ServerInfoType)
export class ModelResolver {
  @Query(() => [ModelType], { description: 'The models that startRun takes by name.' })
  models(@Ctx() { services }: GraphQLContext): Promise<ModelType[]> {
    return services.listModels();
  }

  @Query(() => ServerInfoType, { description: 'About the server itself.' })
  async server(@Ctx() { services }: GraphQLContext): Promise<ServerInfoType> {
    return { version: services.version, notices: await services.notices() };
  }

  @FieldResolver(() => [EngineType], { description: 'What can run models here.' })
  engines(@Ctx() { services }: GraphQLContext): Promise<EngineType[]> {
    return services.listEngines();
  }
}
