import { onScopeDispose, shallowRef, watch } from 'vue';
import type { ShallowRef, WatchSource } from 'vue';
import { messageOf } from '../graphql/client.ts';

export interface UseFetchedReturn<T> {
  data: ShallowRef<T | null>;
  error: ShallowRef<string | null>;
  loading: ShallowRef<boolean>;
  refresh: () => Promise<void>;
}

/** Fetches at once and whenever `source` changes; an answer that was overtaken by a newer question is dropped. */
export function useFetched<T>(fetcher: () => Promise<T>, source?: WatchSource): UseFetchedReturn<T> {
  const data = shallowRef<T | null>(null);
  const error = shallowRef<string | null>(null);
  const loading = shallowRef(true);
  let asked = 0;

  async function refresh(): Promise<void> {
    const question = ++asked;
    loading.value = true;
    try {
      const answer = await fetcher();
      if (question !== asked) return;
      data.value = answer;
      error.value = null;
    } catch (failure) {
      if (question === asked) error.value = messageOf(failure);
    } finally {
      if (question === asked) loading.value = false;
    }
  }

  if (source === undefined) void refresh();
  else watch(source, () => void refresh(), { immediate: true });
  onScopeDispose(() => asked++);
  return { data, error, loading, refresh };
}
