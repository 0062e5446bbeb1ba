import { Ctx, Query, Resolver } from 'type-graphql';
import type { GraphQLContext } from './context.ts';
import { ModelType } from './model.type.ts';
import { ServerInfoType } from './server.type.ts';

@Resolver()
export class ModelResolver {
  @Query(() => [ModelType], { description: 'The models that startRun takes by name.' })
  models(@Ctx() { services }: GraphQLContext): Promise<ModelType[]> {
    return services.listModels();
  }

  @Query(() => ServerInfoType, { description: 'About the server itself.' })
  async server(@Ctx() { services }: GraphQLContext): Promise<ServerInfoType> {
    return { version: services.version, notices: await services.notices() };
  }
}
