import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler } from 'express';
import { AppError, isGone, type ErrorCode } from '../errors.ts';
import type { Logger } from '../logging.ts';
import { describePassing } from '../storage/databaseErrors.ts';

const STATUS_OF_CODE: Readonly<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  LIMIT_EXCEEDED: 413,
  INTERNAL: 500,
  UNAVAILABLE: 503,
};

/** The shape of a refused request, the same for every route. */
export function errorBody(code: ErrorCode, message: string, id?: string) {
  return { errors: [{ message, extensions: id === undefined ? { code } : { code, id } }] };
}

/** Turns what a route threw into a status and one sentence; a defect into an id that is also in the log. */
export function createErrorHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    // The browser left before it had everything: nothing went wrong here, and nobody is there to be told.
    if (isGone(error)) {
      response.destroy();
      return;
    }
    // Answered already, as an operation is whose time was over: what it says after that has no reader.
    if (response.writableEnded) return;
    if (response.headersSent) {
      next(error);
      return;
    }
    if (error instanceof AppError) {
      response.status(STATUS_OF_CODE[error.code]).json(errorBody(error.code, error.message));
      return;
    }
    const status = (error as { status?: unknown }).status;
    if (error instanceof Error && typeof status === 'number' && status >= 400 && status < 500) {
      // From express itself: a body that is too large or no JSON, a path that cannot be decoded.
      const code = status === 413 ? 'LIMIT_EXCEEDED' : status === 404 ? 'NOT_FOUND' : 'BAD_USER_INPUT';
      response.status(status).json(errorBody(code, error.message));
      return;
    }
    const passing = describePassing(error);
    if (passing !== null) {
      log.warn({ err: error }, 'the database did not answer a request');
      response.status(STATUS_OF_CODE.UNAVAILABLE).json(errorBody('UNAVAILABLE', passing));
      return;
    }
    const id = randomUUID();
    log.error({ err: error, id }, 'internal error in a request');
    response.status(500).json(errorBody('INTERNAL', `Internal error; the log has it under the id ${id}`, id));
  };
}
