import { watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { refusals, viewTicket } from '../graphql/credential.ts';
import { loadViewer } from './useViewer.ts';

/** Leads to the login when a session has ended while a page was open. A shared view says for itself what has ended. */
export function useRefusals(): void {
  const route = useRoute();
  const router = useRouter();
  watch(refusals, async () => {
    await router.isReady();
    if (viewTicket.value !== null || route.meta.open === true) return;
    const viewer = await loadViewer();
    if (viewer?.loginRequired !== true || viewer.role !== null || route.path === '/login') return;
    await router.push({ path: '/login', query: { next: route.fullPath } });
  });
}
