import express, { Router, type Request as ExpressRequest, type Response as ExpressResponse } from 'express';
import { headersOf } from '../access/headers.ts';
import { PEER_HEADER } from '../access/logins.ts';
import type { Services } from '../graphql/context.ts';

/** What the dashboard needs of the login library's routes; accounts are made with invitations, through the API. */
export const LOGIN_ROUTES = ['/sign-in/email', '/sign-out', '/change-password'] as const;

/** Logging in and out, by the login library. */
export function createLoginRoutes(services: () => Services): Router {
  const router = Router();
  router.post([...LOGIN_ROUTES], express.text({ type: '*/*', limit: '16kb' }), async (request, response) => {
    const { access } = services();
    const answer = await access.logins.handle(toWebRequest(request));
    await send(answer, response);
    // A session may have ended: its sockets go with it.
    if (answer.ok && request.path !== '/sign-in/email') await access.live.recheck();
  });
  return router;
}

function toWebRequest(request: ExpressRequest): Request {
  const headers = headersOf(request);
  headers.delete('content-length');
  // Never what a client claims: attempts are counted by this address.
  headers.set(PEER_HEADER, request.ip ?? '');
  const address = `${request.protocol}://${request.headers.host ?? 'localhost'}${request.originalUrl}`;
  return new Request(address, { method: request.method, headers, body: request.body as string });
}

async function send(answer: Response, response: ExpressResponse): Promise<void> {
  response.status(answer.status).set('Cache-Control', 'no-store');
  for (const cookie of answer.headers.getSetCookie()) response.append('Set-Cookie', cookie);
  for (const name of ['content-type', 'x-retry-after']) {
    const value = answer.headers.get(name);
    if (value !== null) response.set(name, value);
  }
  response.end(Buffer.from(await answer.arrayBuffer()));
}
