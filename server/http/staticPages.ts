import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import compression from 'compression';
import express, { Router, type Request } from 'express';
import expressStaticGzip from 'express-static-gzip';
import { UnavailableError } from '../errors.ts';

/** Addresses that the dashboard itself takes apart. */
const SHARED_PAGE = '/s/:token';
export const PAGES = [
  SHARED_PAGE,
  '/',
  '/runs',
  '/runs/:id',
  '/compare/:left/:right',
  '/compare/:left/:right/*more',
  '/datasets',
  '/datasets/:id',
  '/models',
  '/login',
  '/join',
  '/members',
  '/account',
  '/audit',
];

/** Writes into the dashboard's page what programs are to read of it that run no scripts. */
export type PageWriter = (html: string, request: Request<{ token: string }>) => Promise<string>;

const CACHED_FOR_GOOD = { immutable: true, maxAge: '1y', index: false } as const;

/**
 * The files of dashboard and documentation: those with a hash in their name are cached for good, the dashboard's page never.
 */
export function createStaticPages(folder: string, docsFolder: string, sharedPage: PageWriter): Router {
  const router = Router();
  const page = join(folder, 'index.html');
  // Before the middleware that compresses anew at every request: the build has compressed them.
  router.use(
    '/assets',
    expressStaticGzip(join(folder, 'assets'), {
      enableBrotli: true,
      orderPreference: ['br', 'gz'],
      index: false,
      serveStatic: CACHED_FOR_GOOD,
    }),
  );
  router.use(compression());
  router.use('/docs/assets', express.static(join(docsFolder, 'assets'), CACHED_FOR_GOOD));
  router.use('/docs', express.static(docsFolder, { extensions: ['html'], maxAge: '1h' }));
  router.use(express.static(folder, { index: false, maxAge: '1h' }));
  router.get(SHARED_PAGE, async (request, response, next) => {
    if (!existsSync(page)) return next();
    const html = await sharedPage(await readFile(page, 'utf8'), request);
    response.set('Cache-Control', 'no-cache').type('html').send(html);
  });
  router.get(PAGES, (_request, response) => {
    if (!existsSync(page)) throw new UnavailableError('the dashboard is not built; run "npm run build"');
    response.set('Cache-Control', 'no-cache').sendFile(page);
  });
  // A mistyped address: the dashboard's page says so and leads on.
  router.use((request, response, next) => {
    if (!asksForPage(request) || !existsSync(page)) return next();
    response.status(404).set('Cache-Control', 'no-cache').sendFile(page);
  });
  return router;
}

/** Whether somebody asks who reads pages, and no program. */
export function asksForPage(request: Request): boolean {
  return request.method === 'GET' && request.accepts(['json', 'html']) === 'html';
}
