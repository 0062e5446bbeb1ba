import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { AppError, isGone, messageOf, type ErrorCode } from '../errors.ts';
import { currentRequestId, type Logger } from '../logging.ts';
import { describePassing } from '../storage/databaseErrors.ts';

/** Codes of Apollo and of our own limits, as callers see them. Only these are messages that a caller may read. */
const PUBLIC_CODES: Readonly<Record<string, ErrorCode>> = {
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  LIMIT_EXCEEDED: 'LIMIT_EXCEEDED',
  BAD_REQUEST: 'BAD_USER_INPUT',
  GRAPHQL_PARSE_FAILED: 'BAD_USER_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
};

/**
 * The only place where an error gets its `extensions.code`. What a person did wrong keeps its sentence; everything else
 * is a defect, of which the caller learns an id that is also in the log.
 */
export function createErrorFormatter(log: Logger): (error: unknown) => GraphQLFormattedError {
  return (error) => {
    const graphQLError = error instanceof GraphQLError ? error : undefined;
    const cause = deepestCause(error);
    const place = { locations: graphQLError?.locations, path: graphQLError?.path };
    if (cause instanceof AppError) return withPlace(cause.message, cause.code, place);
    const code = cause instanceof GraphQLError ? publicCode(cause, graphQLError) : undefined;
    if (code !== undefined) return withPlace((cause as GraphQLError).message, code, place);
    // Without a path it is of the sending, not of a field, nor of the database.
    if (graphQLError?.path === undefined && isGone(cause)) {
      log.debug({ reason: messageOf(cause) }, 'an answer had no reader');
      return withPlace('the connection was closed', 'UNAVAILABLE', place);
    }
    const passing = describePassing(cause);
    if (passing !== null) {
      log.warn({ err: cause, path: graphQLError?.path }, 'the database did not answer the API');
      return withPlace(passing, 'UNAVAILABLE', place);
    }
    const id = randomUUID();
    log.error({ err: cause, id, path: graphQLError?.path }, 'internal error in the API');
    const formatted = withPlace(`Internal error; the log has it under the id ${id}`, 'INTERNAL', place);
    return { ...formatted, extensions: { ...formatted.extensions, id } };
  };
}

function publicCode(cause: GraphQLError, outer: GraphQLError | undefined): ErrorCode | undefined {
  const own = cause.extensions.code ?? outer?.extensions.code;
  if (own !== undefined) return PUBLIC_CODES[String(own)];
  // graphql-js itself: the document or its variables are wrong. One with a path comes from a value that we returned.
  return cause.path === undefined ? 'BAD_USER_INPUT' : undefined;
}

function deepestCause(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError != null) cause = cause.originalError;
  return cause;
}

function withPlace(
  message: string,
  code: ErrorCode,
  { locations, path }: Pick<GraphQLFormattedError, 'locations' | 'path'>,
): GraphQLFormattedError {
  const requestId = currentRequestId();
  return {
    message,
    ...(locations === undefined ? {} : { locations }),
    ...(path === undefined ? {} : { path }),
    extensions: requestId === undefined ? { code } : { code, requestId },
  };
}
