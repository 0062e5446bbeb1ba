import {
  GraphQLError,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Logger } from '../logging.ts';
import type { GraphQLContext } from './context.ts';
import { createErrorFormatter } from './formatError.ts';
import { complexityError, limitRules } from './operationLimits.ts';

/** Largest message that a client may send, in bytes; what we send has no limit. */
const MAX_PAYLOAD = 1 << 20;

/** The API over a websocket, under the same limits as over HTTP: Apollo's own do not reach it. */
export interface SocketServer {
  /** Takes over a connection whose Host and Origin were checked. */
  handleUpgrade: WebSocketServer['handleUpgrade'];
  readonly sockets: WebSocketServer;
  close(): Promise<void>;
}

export function createSocketServer(
  schema: GraphQLSchema,
  createContext: () => GraphQLContext,
  log: Logger,
): SocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD });
  const format = createErrorFormatter(log);
  const cleanup = useServer(
    {
      schema,
      onSubscribe: (_, _id, payload) => prepare(schema, payload, createContext),
      onError: (_, _id, _payload, errors) => errors.map(format),
      onNext: (_, _id, _payload, _args, result): FormattedExecutionResult | undefined =>
        result.errors === undefined ? undefined : { ...result, errors: result.errors.map(format) },
    },
    sockets,
  );
  return {
    sockets,
    handleUpgrade: (...parts) => sockets.handleUpgrade(...parts),
    close: async () => {
      await cleanup.dispose();
    },
  };
}

/** Parses and checks an operation. @returns what to execute, or the errors that refuse it. */
function prepare(
  schema: GraphQLSchema,
  { query, variables, operationName }: SubscribePayload,
  createContext: () => GraphQLContext,
): ExecutionArgs | readonly GraphQLError[] {
  try {
    const document = parse(query, { maxTokens: 5000 });
    const errors = validate(schema, document, [...specifiedRules, ...limitRules]);
    if (errors.length > 0) return errors;
    if (getOperationAST(document, operationName) == null) {
      return [new GraphQLError('operationName names none of the operations; send one operation or its name')];
    }
    const tooMuch = complexityError(schema, document, variables, operationName);
    if (tooMuch !== null) return [tooMuch];
    return { schema, document, operationName, variableValues: variables, contextValue: createContext() };
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    // The store is not open yet, for example; the formatter finds the cause.
    return [new GraphQLError('refused', { originalError: error instanceof Error ? error : new Error(String(error)) })];
  }
}
