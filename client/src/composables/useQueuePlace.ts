import { useIntervalFn } from '@vueuse/core';
import { computed, watch } from 'vue';
import type { ComputedRef } from 'vue';
import { RunsAheadDocument } from '../graphql/documents.ts';
import type { RunSummaryFragment } from '../graphql/generated/graphql.ts';
import { fetchQuery } from '../graphql/request.ts';
import { STATUS_TEXT } from '../runText.ts';
import { useFetched } from './useFetched.ts';

const LOOK_AGAIN_MS = 2500;

/** What a waiting run waits for, in words; null while it does not wait or that is not known. */
export function useQueuePlace(run: () => RunSummaryFragment): ComputedRef<string | null> {
  const queued = (): boolean => run().status === 'QUEUED';
  const others = useFetched(
    async () => (queued() ? (await fetchQuery(RunsAheadDocument, {})).runs.nodes : null),
    queued,
  );
  const { pause, resume } = useIntervalFn(() => void others.refresh(), LOOK_AGAIN_MS, { immediate: false });
  watch(queued, (waits) => (waits ? resume() : pause()), { immediate: true });

  return computed(() => {
    const { id, createdAt } = run();
    const ahead = (others.data.value ?? []).filter(
      (other) => other.id !== id && (other.status !== 'QUEUED' || other.createdAt < createdAt),
    );
    const working = ahead.find(({ status }) => status !== 'QUEUED');
    if (!queued() || ahead.length === 0) return null;
    const count = ahead.length === 1 ? 'One run is before it' : `${ahead.length} runs are before it`;
    return working === undefined
      ? count
      : `${count}: ${working.name}, ${STATUS_TEXT[working.status].toLowerCase()}, works now`;
  });
}
