import { onScopeDispose, shallowRef, watch } from 'vue';
import type { ShallowRef, WatchSource } from 'vue';
import { isPassing, messageOf } from '../graphql/client.ts';

export interface UseFetchedReturn<T> {
  data: ShallowRef<T | null>;
  error: ShallowRef<string | null>;
  loading: ShallowRef<boolean>;
  refresh: () => Promise<void>;
}

const RETRY_MS = 1500;

/**
 * Fetches at once and whenever `source` changes, and again while the server is away; an answer that was overtaken by a
 * newer question is dropped.
 */
export function useFetched<T>(fetcher: () => Promise<T>, source?: WatchSource | WatchSource[]): UseFetchedReturn<T> {
  const data = shallowRef<T | null>(null);
  const error = shallowRef<string | null>(null);
  const loading = shallowRef(true);
  let asked = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function refresh(): Promise<void> {
    clearTimeout(retry);
    const question = ++asked;
    loading.value = true;
    try {
      const answer = await fetcher();
      if (question !== asked) return;
      data.value = answer;
      error.value = null;
    } catch (failure) {
      if (question !== asked) return;
      error.value = messageOf(failure);
      if (isPassing(failure)) retry = setTimeout(() => void refresh(), RETRY_MS);
    } finally {
      if (question === asked) loading.value = false;
    }
  }

  if (source === undefined) void refresh();
  else watch(source, () => void refresh(), { immediate: true });
  onScopeDispose(() => {
    clearTimeout(retry);
    asked++;
  });
  return { data, error, loading, refresh };
}
