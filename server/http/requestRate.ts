import { rateLimit } from 'express-rate-limit';
import type { RequestHandler } from 'express';
import { errorBody } from './errorResponse.ts';

/**
 * Refuses what one caller asks for beyond so many requests a minute, with 429 and the seconds to wait. Far above what
 * the dashboard and its people need; it stops a loop that went wrong, and who tries to keep the server busy.
 */
export function limitRate(what: string, perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response) => {
      response.status(429).json(errorBody('LIMIT_EXCEEDED', `more than ${perMinute} ${what} a minute; wait a moment`));
    },
  });
}
