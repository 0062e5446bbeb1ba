import { createRouter, createWebHistory } from 'vue-router';
import type { RouteLocationNormalized } from 'vue-router';
import { numberIn } from '../../server/geometry/diskView.ts';
import { loadViewer } from './composables/useViewer.ts';
import { prepareCanvas } from './disk/drawingCanvas.ts';
import { isEmbedded } from './embedded.ts';
import { ServerDocument } from './graphql/documents/catalog.ts';
import { RunDocument, RunLayoutDocument, RunPointsDocument } from './graphql/documents/runPage.ts';
import { askAhead } from './graphql/request.ts';

/** Pages load when they are first visited, so that the list of runs does not wait for the disk. */
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: () => import('./pages/HomePage.vue'), meta: { title: 'Circle Limit' } },
    { path: '/runs', component: () => import('./pages/RunsPage.vue'), meta: { title: 'Runs' } },
    {
      path: '/runs/:id',
      name: 'run',
      component: () => import('./pages/RunPage.vue'),
      props: true,
      meta: { title: 'Run', wide: true },
    },
    { path: '/datasets', component: () => import('./pages/DatasetsPage.vue'), meta: { title: 'Data sets' } },
    {
      path: '/datasets/:id',
      component: () => import('./pages/DatasetPage.vue'),
      props: true,
      meta: { title: 'Data set' },
    },
    { path: '/models', component: () => import('./pages/ModelsPage.vue'), meta: { title: 'Models' } },
    {
      path: '/compare/:left/:right/:more*',
      component: () => import('./pages/ComparePage.vue'),
      props: true,
      meta: { title: 'Compare', wide: true },
    },
    {
      path: '/s/:token',
      component: () => import('./pages/SharedPage.vue'),
      props: true,
      meta: { title: 'Shared view', wide: true, open: true },
    },
    { path: '/login', component: () => import('./pages/LoginPage.vue'), meta: { title: 'Log in', open: true } },
    { path: '/join', component: () => import('./pages/JoinPage.vue'), meta: { title: 'Join', open: true } },
    { path: '/members', component: () => import('./pages/MembersPage.vue'), meta: { title: 'Members' } },
    { path: '/account', component: () => import('./pages/AccountPage.vue'), meta: { title: 'Account' } },
    { path: '/audit', component: () => import('./pages/AuditPage.vue'), meta: { title: 'Audit log' } },
    { path: '/:rest(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'Not found' } },
  ],
});

/** Begins to load the scripts of a page; vue-router itself does so after the guards. */
function loadScripts(to: RouteLocationNormalized): void {
  const page: unknown = to.matched.at(-1)?.components?.default;
  // A page that does not load is told of by the router, which tries again.
  if (typeof page === 'function') (page() as Promise<unknown>).catch(() => undefined);
}

/** What the page of a run shows first, asked for while its scripts load. */
function askForRun(to: RouteLocationNormalized): void {
  const { id } = to.params;
  if (typeof id !== 'string') return;
  void askAhead(RunDocument, { id });
  void askAhead(RunLayoutDocument, { id, iteration: numberIn(to.query.i, 0, Number.MAX_SAFE_INTEGER) });
  void askAhead(RunPointsDocument, { id });
}

/** Pages without `open` need a login where the server asks for one. */
router.beforeEach(async (to, from) => {
  const comes = to.path !== from.path || from.matched.length === 0;
  if (comes) loadScripts(to);
  if (to.meta.open === true) return true;
  const showsRun = comes && to.name === 'run';
  const known = loadViewer();
  if (showsRun) prepareCanvas();
  const viewer = await known;
  if (viewer !== null && viewer.loginRequired && viewer.role === null) {
    return { path: '/login', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  }
  if (showsRun) askForRun(to);
  // Notices stand above every page: they are here before it, so that nothing moves when they come.
  if (from.matched.length === 0 && !isEmbedded) await askAhead(ServerDocument, {});
  return true;
});

router.afterEach((to) => {
  document.title = to.meta.title === 'Circle Limit' ? 'Circle Limit' : `${String(to.meta.title)} · Circle Limit`;
});
