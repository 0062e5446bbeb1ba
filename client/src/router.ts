import { createRouter, createWebHistory } from 'vue-router';
import { loadViewer } from './composables/useViewer.ts';
import { hideEarlyDisk } from './earlyDisk.ts';
import { isEmbedded } from './embedded.ts';
import { ServerDocument } from './graphql/documents.ts';
import { askEarly } from './graphql/early.ts';
import { openEarly } from './openEarly.ts';

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

/** Pages without `open` need a login where the server asks for one. */
router.beforeEach(async (to, from) => {
  const isFirst = from.matched.length === 0;
  // The first page was opened before this script was here.
  // Another view of the same page: nobody waits for the server, which tells a page itself when a right has ended.
  if (!isFirst && to.path === from.path) return true;
  if (!isFirst) hideEarlyDisk();
  if (!isFirst) openEarly(to.fullPath);
  if (to.meta.open === true) return true;
  const viewer = await loadViewer();
  if (viewer !== null && viewer.loginRequired && viewer.role === null) {
    return { path: '/login', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
  }
  // Notices stand above every page: they are here before it, so that nothing moves when they come.
  if (isFirst && !isEmbedded) await askEarly(ServerDocument, {});
  return true;
});

router.afterEach((to) => {
  document.title = to.meta.title === 'Circle Limit' ? 'Circle Limit' : `${String(to.meta.title)} · Circle Limit`;
});
