import { Router, type Request, type RequestHandler } from 'express';
import { requireRole, type Actor } from '../access/actor.ts';
import { headersOf } from '../access/headers.ts';
import { ROUTE_RULES, type RouteRule } from '../access/rules.ts';
import { ForbiddenError, NotFoundError } from '../errors.ts';
import type { Services } from '../graphql/context.ts';
import { toRunType } from '../graphql/toRunType.ts';
import { asksForPage, PAGES } from './staticPages.ts';

/** Files of the dashboard beside its page: they hold no data. */
const STATIC_FILE = /^\/(?:assets\/.+|[\w-]+\.(?:svg|png|ico|txt|webmanifest))$/;

/**
 * Asks at every request who sends it, and whether its rule lets them through. An address without a rule leads nowhere.
 * @param services throws UnavailableError while the server is starting.
 */
export function createRouteGuard(services: () => Services): RequestHandler {
  const guard = Router();
  for (const rule of ROUTE_RULES) {
    guard.use(rule.path, async (request, _response, next) => {
      await requireRoute(services, rule, request);
      next('router');
    });
  }
  guard.get(PAGES, (_request, _response, next) => next('router'));
  guard.use((request, _response, next) => {
    const isFile = STATIC_FILE.test(request.path) && request.method === 'GET';
    if (isFile || asksForPage(request)) next('router');
    else next(new NotFoundError(`there is nothing at ${request.path}`));
  });
  return guard;
}

async function requireRoute(services: () => Services, { needs }: RouteRule, request: Request): Promise<void> {
  if (needs === 'PUBLIC' || needs === 'FIELDS') return;
  const opened = services();
  const { ticket } = request.query;
  const actor = await opened.access.identify({
    headers: headersOf(request),
    token: typeof ticket === 'string' ? ticket : undefined,
  });
  const what = `${request.baseUrl}${request.path}`;
  if (actor.kind === 'link' && (needs === 'IMAGES' || needs === 'EXPORTS')) {
    const [, first = ''] = request.path.split('/');
    const isSeen = needs === 'IMAGES' ? await showsImagesOf(opened, actor.runIds, first) : mayTakeAway(actor, first);
    if (!isSeen) throw new ForbiddenError(`${what}: is no part of what this link shares`);
    return;
  }
  requireRole(actor, needs === 'IMAGES' || needs === 'EXPORTS' ? 'VIEWER' : needs, what);
}

function mayTakeAway(actor: Actor & { readonly kind: 'link' }, runId: string): boolean {
  return actor.allowDownload && actor.runIds.includes(runId);
}

/** Whether one of the runs was made of this data set. */
async function showsImagesOf({ store, loadedRuns }: Services, runIds: readonly string[], datasetId: string) {
  for (const id of runIds) {
    const run = await store.runs.findRun(id);
    if (run !== null && (await loadedRuns.findDataset(toRunType(run)))?.id === datasetId) return true;
  }
  return false;
}
