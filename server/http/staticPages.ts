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

/** The dashboard's files: those with a hash in their name are cached for good, the page itself never. */
export function createStaticPages(folder: string): Router {
  const router = Router();
  const page = join(folder, 'index.html');
  router.use(compression());
  router.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false }));
  router.use(express.static(folder, { index: false, maxAge: '1h' }));
  router.get(PAGES, (_request, response) => {
    if (!existsSync(page)) throw new UnavailableError('the dashboard is not built; run "npm run build"');
    response.set('Cache-Control', 'no-cache').sendFile(page);
  });
  return router;
}
