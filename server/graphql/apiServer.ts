import type { Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { Kind, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { createErrorFormatter } from './formatError.ts';
import type { GraphQLContext } from './context.ts';
import { operationError, limitRules, MAX_TOKENS } from './operationLimits.ts';
import type { Logger } from '../logging.ts';

/** The API over HTTP: reads of other sites are refused, operations that ask for too much as well. */
export function createApiServer(
  schema: GraphQLSchema,
  httpServer: Server,
  log: Logger,
  observe: (kind: string, operation: string, seconds: number) => void = () => undefined,
): ApolloServer<GraphQLContext> {
  const format = createErrorFormatter(log);
  return new ApolloServer<GraphQLContext>({
    schema,
    csrfPrevention: true,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    allowBatchedHttpRequests: false,
    validationRules: [...limitRules],
    formatError: (_, error) => format(error),
    stopOnTerminationSignals: false,
    logger: {
      debug: (message) => log.debug(message),
      info: (message) => log.debug(message),
      warn: (message) => log.warn(message),
      error: (message) => log.error(message),
    },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginDrainHttpServer({ httpServer, stopGracePeriodMillis: 1000 }),
      {
        requestDidStart: () => {
          const start = performance.now();
          return Promise.resolve({
            willSendResponse: ({ operation }) => {
              // Of the names that a caller chooses there is no end; those of the schema's fields are few.
              if (operation != null)
                observe(operation.operation, rootField(operation), (performance.now() - start) / 1000);
              return Promise.resolve();
            },
            didResolveOperation: ({ document, request }) => {
              const error = operationError(schema, document, request.variables, request.operationName);
              return error === null ? Promise.resolve() : Promise.reject(error);
            },
          });
        },
      },
    ],
  });
}

/** The first field that an operation asks for; `other` where it begins with a fragment. */
function rootField({ selectionSet }: OperationDefinitionNode): string {
  const first = selectionSet.selections.at(0);
  return first?.kind === Kind.FIELD ? first.name.value : 'other';
}
