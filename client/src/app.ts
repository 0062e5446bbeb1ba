import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router.ts';

// The scripts do not wait for the page that names them.
if (document.readyState === 'loading') {
  await new Promise((done) => document.addEventListener('DOMContentLoaded', done, { once: true }));
}
createApp(App).use(router).mount('#app');
