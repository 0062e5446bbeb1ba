import { existsSync } from 'node:fs';
import { join } from 'node:path';
import compression from 'compression';
import express, { Router } from 'express';
import { UnavailableError } from '../errors.ts';

/** Addresses that the dashboard itself takes apart. */
export const PAGES = [
  '/',
  '/runs',
  '/runs/:id',
  '/compare/:left/:right',
  '/compare/:left/:right/*more',
  '/datasets',
  '/datasets/:id',
  '/models',
  '/s/:token',
  '/login',
  '/join',
  '/members',
  '/account',
  '/audit',
];

const CACHED_FOR_GOOD = { immutable: true, maxAge: '1y', index: false } as const;

/**
 * The files of dashboard and documentation: those with a hash in their name are cached for good, the dashboard's page never.
 */
export function createStaticPages(folder: string, docsFolder: string): Router {
  const router = Router();
  const page = join(folder, 'index.html');
  router.use(compression());
  router.use('/docs/assets', express.static(join(docsFolder, 'assets'), CACHED_FOR_GOOD));
  router.use('/docs', express.static(docsFolder, { extensions: ['html'], maxAge: '1h' }));
  router.use('/assets', express.static(join(folder, 'assets'), CACHED_FOR_GOOD));
  router.use(express.static(folder, { index: false, maxAge: '1h' }));
  router.get(PAGES, (_request, response) => {
    if (!existsSync(page)) throw new UnavailableError('the dashboard is not built; run "npm run build"');
    response.set('Cache-Control', 'no-cache').sendFile(page);
  });
  return router;
}
