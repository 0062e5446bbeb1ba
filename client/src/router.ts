import { createRouter, createWebHistory } from 'vue-router';

/** Pages load when they are first visited, so that the list of runs does not wait for the disk. */
export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: () => import('./pages/HomePage.vue'), meta: { title: 'Circle Limit' } },
    { path: '/runs', component: () => import('./pages/RunsPage.vue'), meta: { title: 'Runs' } },
    {
      path: '/runs/:id',
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
      path: '/compare/:left/:right',
      component: () => import('./pages/ComparePage.vue'),
      props: true,
      meta: { title: 'Compare', wide: true },
    },
    {
      path: '/s/:token',
      component: () => import('./pages/SharedPage.vue'),
      props: true,
      meta: { title: 'Shared view', wide: true },
    },
    { path: '/:rest(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'Not found' } },
  ],
});

router.afterEach((to) => {
  document.title = to.meta.title === 'Circle Limit' ? 'Circle Limit' : `${String(to.meta.title)} · Circle Limit`;
});
