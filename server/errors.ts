/** The closed list of codes that a GraphQL error carries in `extensions.code`. */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'UNAVAILABLE'
  | 'LIMIT_EXCEEDED'
  | 'INTERNAL';

/**
 * A failure whose message is meant for the person who caused it: one sentence that says what was wrong, where, and what
 * would be right. Everything else that is thrown counts as a defect and reaches nobody but the log.
 */
export abstract class AppError extends Error {
  abstract readonly code: ErrorCode;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The caller gave something unusable: a bad option, a broken file, an impossible combination. CLI exit code 2. */
export class BadInputError extends AppError {
  readonly code = 'BAD_USER_INPUT';
}

/** The thing named does not exist. */
export class NotFoundError extends AppError {
  readonly code = 'NOT_FOUND';
}

/** The request contradicts the present state, such as pausing a run that has ended, or a store that is in use. */
export class ConflictError extends AppError {
  readonly code = 'CONFLICT';
}

/** Another process has taken over what this one was working on; this one must stop. */
export class LostClaimError extends AppError {
  readonly code = 'CONFLICT';
}

/** The caller must log in first. */
export class UnauthenticatedError extends AppError {
  readonly code = 'UNAUTHENTICATED';
}

/** The caller is known but may not do this. */
export class ForbiddenError extends AppError {
  readonly code = 'FORBIDDEN';
}

/** Something needed is not to be had at present: no network, no engine, the store is still opening. */
export class UnavailableError extends AppError {
  readonly code = 'UNAVAILABLE';
}

/** A size, depth, rate or time limit was passed. */
export class LimitExceededError extends AppError {
  readonly code = 'LIMIT_EXCEEDED';
}

/** The work was stopped on request (AbortSignal); what was finished is kept. CLI exit code 130. */
export class InterruptedError extends AppError {
  readonly code = 'CONFLICT';
}

/** The message of anything that was thrown, for logs and for `cause` chains. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What Node says of a connection that its other end has closed. */
const GONE: ReadonlySet<unknown> = new Set([
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'EPIPE',
  'ECONNRESET',
]);

const EXCERPT_LENGTH = 100;

/** Text from a file or a setting as it stands within a message: on one line, with its beginning alone when it is long. */
export function excerpt(text: string): string {
  const escaped = JSON.stringify(text.slice(0, EXCERPT_LENGTH)).slice(1, -1);
  return text.length > EXCERPT_LENGTH ? `${escaped}…` : escaped;
}

/** Whether something failed only because the other end of its connection has closed it. */
export function isGone(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  // A database connection can be reset too; that is told by another layer, and reads.
  return GONE.has(code) && syscall !== 'connect';
}
