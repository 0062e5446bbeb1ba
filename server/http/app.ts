import { randomUUID } from 'node:crypto';
import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type Express, type RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import type { Credentials } from '../access/access.ts';
import { headersOf } from '../access/headers.ts';
import type { GraphQLContext, Services } from '../graphql/context.ts';
import { OPERATION_TIMEOUT_MILLISECONDS, timeLimitMessage } from '../graphql/operationLimits.ts';
import { createErrorHandler, errorBody } from './errorResponse.ts';
import { createExports } from './exports.ts';
import { createAtlas, createImages, type ImageSources } from './images.ts';
import { createLoginRoutes } from './loginRoutes.ts';
import { isCrossSite, refuseForeign, type OriginPolicy } from './requestOrigin.ts';
import { createPlacements } from './placements.ts';
import { createRouteGuard } from './routeGuard.ts';
import { limitRate } from './requestRate.ts';
import { securityHeaders } from './securityHeaders.ts';
import { createSharedPage, createSharePreviews } from './sharePreviews.ts';
import { createStaticPages } from './staticPages.ts';
import { withRequestId, type Logger } from '../logging.ts';
import { traceRequest } from '../tracing.ts';

/** Whether requests can be answered now, and if not, why. */
export type Readiness = 'ready' | 'starting' | 'the database does not answer';

export interface HttpParts {
  readonly api: ApolloServer<GraphQLContext>;
  /** @throws UnavailableError while the server is starting. */
  readonly services: () => Services;
  readonly images: () => ImageSources;
  readonly createContext: (credentials: Credentials) => Promise<GraphQLContext>;
  readonly origins: OriginPolicy;
  /** Origins whose pages may show shared views in a frame. */
  readonly embedOrigins: readonly string[];
  readonly readiness: () => Promise<Readiness>;
  readonly metrics: Registry;
  readonly clientFolder: string;
  readonly docsFolder: string;
  readonly log: Logger;
}

/** Every page and every route of the server; the websocket is added by `listen`. */
export function createHttpApp(parts: HttpParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(nameRequest, securityHeaders(parts), refuseForeignRequests(parts.origins), createRouteGuard(parts.services));
  app.use(refuseNul);
  app.get('/healthz', (_request, response) => response.json({ status: 'ok' }));
  app.get('/readyz', async (_request, response) => {
    const status = await parts.readiness();
    response.status(status === 'ready' ? 200 : 503).json({ status });
  });
  app.get('/metrics', async (_request, response) => {
    response.set('Content-Type', parts.metrics.contentType).send(await parts.metrics.metrics());
  });
  app.use(
    '/graphql',
    limitRate('operations', 3000),
    limitTime(OPERATION_TIMEOUT_MILLISECONDS),
    express.json({ limit: '1mb' }),
    expressMiddleware(parts.api, { context: ({ req }) => parts.createContext({ headers: headersOf(req) }) }),
  );
  app.use('/api/auth', createLoginRoutes(parts.services));
  app.use('/images', createImages(parts.images));
  app.use('/atlas', createAtlas(parts.images));
  app.use(
    '/exports',
    limitRate('files', 240),
    createExports(parts.services, () => parts.images().datasets),
  );
  app.use('/placements', limitRate('placements', 240), createPlacements(parts.services));
  app.use('/previews', limitRate('pictures of links', 120), createSharePreviews(parts.services));
  const sharedPage = createSharedPage(parts);
  app.use(createStaticPages(parts.clientFolder, parts.docsFolder, sharedPage));
  app.use((request, response) => {
    response.status(404).json(errorBody('NOT_FOUND', `there is nothing at ${request.path}`));
  });
  app.use(createErrorHandler(parts.log));
  return app;
}

/** Names each request, by the name that a proxy has given it where it has one, in the log, in errors and in the answer. */
const nameRequest: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  const id = given !== undefined && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
  response.set('x-request-id', id);
  const span = {
    // Without the rest of the path: there is no end of runs and files, and that of a share link is its secret.
    name: `${request.method} /${request.path.split('/')[1]}`,
    headers: request.headers,
    attributes: { 'http.request.method': request.method, 'request.id': id },
  };
  const ended = (listener: (status: number) => void) => response.once('close', () => listener(response.statusCode));
  withRequestId(id, () => traceRequest(span, ended, next));
};

function refuseForeignRequests(policy: OriginPolicy): RequestHandler {
  return (request, response, next) => {
    const refusal =
      refuseForeign(request, policy) ??
      (isCrossSite(request) ? 'a page of another site may not use this server' : null);
    if (refusal === null) next();
    else response.status(403).json(errorBody('FORBIDDEN', refusal));
  };
}

/** No address of ours has the character 0, and no store could look it up. */
const refuseNul: RequestHandler = ({ url }, response, next) => {
  if (/%00/.test(url)) response.status(400).json(errorBody('BAD_USER_INPUT', 'the address holds the character U+0000'));
  else next();
};

function limitTime(milliseconds: number): RequestHandler {
  return (_request, response, next) => {
    const timer = setTimeout(() => {
      if (response.headersSent) return;
      response.status(503).json(errorBody('LIMIT_EXCEEDED', timeLimitMessage(milliseconds)));
    }, milliseconds);
    response.once('close', () => clearTimeout(timer));
    next();
  };
}
