import { randomUUID } from 'node:crypto';
import {
  GraphQLError,
  execute,
  getOperationAST,
  parse,
  specifiedRules,
  subscribe,
  validate,
  type ExecutionArgs,
  type FormattedExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Credentials } from '../access/access.ts';
import { headersOf } from '../access/headers.ts';
import { UnauthenticatedError, UnavailableError } from '../errors.ts';
import { withRequestId, type Logger } from '../logging.ts';
import type { GraphQLContext } from './context.ts';
import { createErrorFormatter } from './formatError.ts';
import {
  operationError,
  limitRules,
  MAX_TOKENS,
  OPERATION_TIMEOUT_MILLISECONDS,
  withinTime,
} from './operationLimits.ts';
import { rootField, type OperationObserver } from './rootField.ts';
import { SharedTexts, type SharedBytes } from './sharedTexts.ts';

/** Largest message that a client may send, in bytes; what we send has no limit. */
const MAX_PAYLOAD = 1 << 20;

/** The API over a websocket, under the same limits as over HTTP: Apollo's own do not reach it. */
export interface SocketServer {
  /** Takes over a connection whose Host and Origin were checked. */
  handleUpgrade: WebSocketServer['handleUpgrade'];
  readonly sockets: WebSocketServer;
  close(): Promise<void>;
}

/** The first message of a client may bring a token, as a browser cannot send headers with a socket. */
interface ConnectionParams extends Record<string, unknown> {
  readonly token?: unknown;
}

/** Ends the watch over a socket's rights. */
type Watched = Record<'untrack', () => void>;
type OwnExtra = Extra & Partial<Watched>;

/** Names an operation of a socket in the log: the socket, then the client's own number for it. */
const socketIds = new WeakMap<object, string>();

export interface SocketOptions {
  /** Milliseconds that an operation, or the first step of a subscription, may take. */
  readonly timeLimit?: number;
  readonly observe?: OperationObserver;
  /** Default: every socket gets texts of its own. */
  readonly sharedBytes?: SharedBytes;
}

export function createSocketServer(
  schema: GraphQLSchema,
  createContext: (credentials: Credentials) => Promise<GraphQLContext>,
  log: Logger,
  {
    timeLimit = OPERATION_TIMEOUT_MILLISECONDS,
    observe = () => undefined,
    sharedBytes = () => undefined,
  }: SocketOptions = {},
): SocketServer {
  const texts = new SharedTexts(sharedBytes);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD, WebSocket: texts.socketClass });
  const format = createErrorFormatter(log);
  const formatAll = ({ socket }: OwnExtra, operation: string, errors: readonly GraphQLError[]) =>
    withRequestId(operationId(socket, operation), () => errors.map(format));
  /** When each operation under way arrived. */
  const arrivals = new WeakMap<object, number>();
  const cleanup = useServer<ConnectionParams, Watched>(
    {
      schema,
      jsonMessageReplacer: texts.replacer,
      execute: (args) => withinTime(execute(args), timeLimit),
      // A subscription may last; its first step may not.
      subscribe: (args) => withinTime(subscribe(args), timeLimit),
      onConnect: async ({ connectionParams, extra }) => {
        try {
          await enter(extra, await createContext(credentialsOf(extra, connectionParams)));
        } catch (error) {
          // A server that is starting says so to every operation; the socket stays.
          if (isUnavailable(error)) return true;
          extra.socket.close(CloseCode.Unauthorized, 'Unauthorized');
          return false;
        }
        return true;
      },
      onClose: ({ extra }) => extra.untrack?.(),
      onSubscribe: async ({ connectionParams, extra }, _id, payload) => {
        arrivals.set(payload, performance.now());
        return prepare(schema, payload, async () => {
          // Anew for each operation: what somebody may do can have changed since the socket was opened.
          const context = await createContext(credentialsOf(extra, connectionParams));
          await enter(extra, context);
          return context;
        });
      },
      onOperation: (_context, _id, payload, { document, operationName }) => {
        const operation = getOperationAST(document, operationName);
        const arrival = arrivals.get(payload);
        if (operation == null || arrival === undefined) return;
        observe(operation.operation, rootField(operation), (performance.now() - arrival) / 1000);
      },
      onError: ({ extra }, id, _payload, errors) => formatAll(extra, id, errors),
      onNext: ({ extra }, id, _payload, _args, result): FormattedExecutionResult | undefined =>
        result.errors === undefined ? undefined : { ...result, errors: formatAll(extra, id, result.errors) },
    },
    sockets,
  );
  sockets.on('connection', (socket) => {
    // A message that is too long or not UTF-8: `ws` closes the socket with the right code, and the client alone is to
    // blame. The library's own listener would write a stack to stderr.
    socket.removeAllListeners('error');
    socket.on('error', (error) => log.debug({ reason: error.message }, 'a socket was closed'));
  });
  return {
    sockets,
    handleUpgrade: (...parts) => sockets.handleUpgrade(...parts),
    close: async () => {
      await cleanup.dispose();
    },
  };
}

function operationId(socket: object, operation: string): string {
  let id = socketIds.get(socket);
  if (id === undefined) socketIds.set(socket, (id = randomUUID()));
  return `${id}/${operation}`;
}

function credentialsOf({ request }: OwnExtra, params: ConnectionParams | undefined): Credentials {
  return {
    headers: headersOf(request),
    token: typeof params?.token === 'string' ? params.token : undefined,
  };
}

/** Refuses those without any right, and closes the socket when the rights of the others end. */
function enter(extra: OwnExtra, { actor, services }: GraphQLContext): Promise<void> {
  if (actor.kind === 'anonymous') return Promise.reject(new UnauthenticatedError('log in first'));
  extra.untrack ??= services.access.live.track(actor, () => extra.socket.close(CloseCode.Forbidden, 'Forbidden'));
  return Promise.resolve();
}

function isUnavailable(error: unknown): boolean {
  const cause = error instanceof GraphQLError ? error.originalError : error;
  return cause instanceof UnavailableError;
}

/** Parses and checks an operation. @returns what to execute, or the errors that refuse it. */
async function prepare(
  schema: GraphQLSchema,
  { query, variables, operationName }: SubscribePayload,
  createContext: () => Promise<GraphQLContext>,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  try {
    const document = parse(query, { maxTokens: MAX_TOKENS });
    const errors = validate(schema, document, [...specifiedRules, ...limitRules]);
    if (errors.length > 0) return errors;
    if (getOperationAST(document, operationName) == null) {
      return [new GraphQLError('operationName names none of the operations; send one operation or its name')];
    }
    const tooMuch = operationError(schema, document, variables, operationName);
    if (tooMuch !== null) return [tooMuch];
    return { schema, document, operationName, variableValues: variables, contextValue: await createContext() };
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    // The store is not open yet, for example; the formatter finds the cause.
    return [new GraphQLError('refused', { originalError: error instanceof Error ? error : new Error(String(error)) })];
  }
}
