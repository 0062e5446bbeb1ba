import type { Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import type { GraphQLSchema } from 'graphql';
import { createErrorFormatter } from './formatError.ts';
import type { GraphQLContext } from './context.ts';
import { operationError, limitRules, MAX_TOKENS } from './operationLimits.ts';
import { rootField, type OperationObserver } from './rootField.ts';
import type { Logger } from '../logging.ts';

/** The API over HTTP: reads of other sites are refused, operations that ask for too much as well. */
export function createApiServer(
  schema: GraphQLSchema,
  httpServer: Server,
  log: Logger,
  observe: OperationObserver = () => undefined,
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
