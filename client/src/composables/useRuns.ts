import { onScopeDispose, shallowRef } from 'vue';
import type { ShallowRef } from 'vue';
import { isPassing, messageOf } from '../graphql/client.ts';
import { RunDeletedDocument, RunsChangedDocument, RunsDocument } from '../graphql/documents.ts';
import type { RunSummaryFragment } from '../graphql/generated/graphql.ts';
import { fetchQuery, subscribe } from '../graphql/request.ts';

export interface UseRunsReturn {
  /** All that have come so far, newest first. */
  runs: ShallowRef<readonly RunSummaryFragment[]>;
  totalCount: ShallowRef<number>;
  loading: ShallowRef<boolean>;
  error: ShallowRef<string | null>;
  /** Takes a run as the answer to a change has it; the subscription tells of the changes of others. */
  receive: (changed: RunSummaryFragment) => void;
}

const PAGE_SIZE = 100;
const RETRY_MS = 1500;

/** All runs, page after page, so that sorting and filtering speak of all; rows change in place while runs work. */
export function useRuns(): UseRunsReturn {
  const runs = shallowRef<readonly RunSummaryFragment[]>([]);
  const totalCount = shallowRef(0);
  const loading = shallowRef(true);
  const error = shallowRef<string | null>(null);
  let endCursor: string | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  /** A page that was asked for before a deletion may come after it. */
  const deleted = new Set<string>();
  let ended = false;

  async function load(): Promise<void> {
    loading.value = true;
    try {
      for (let more = true; more && !ended;) {
        const page = (await fetchQuery(RunsDocument, { first: PAGE_SIZE, after: endCursor })).runs;
        const known = new Set([...deleted, ...runs.value.map((run) => run.id)]);
        runs.value = [...runs.value, ...page.nodes.filter((run) => !known.has(run.id))];
        endCursor = page.pageInfo.endCursor ?? endCursor;
        totalCount.value = page.totalCount;
        more = page.pageInfo.hasNextPage;
      }
      error.value = null;
    } catch (failure) {
      error.value = messageOf(failure);
      if (isPassing(failure) && !ended) retry = setTimeout(() => void load(), RETRY_MS);
    } finally {
      loading.value = false;
    }
  }

  function receive(changed: RunSummaryFragment): void {
    if (deleted.has(changed.id)) return;
    const index = runs.value.findIndex((run) => run.id === changed.id);
    if (index >= 0) {
      runs.value = runs.value.with(index, changed);
    } else if (changed.createdAt >= (runs.value[0]?.createdAt ?? '')) {
      runs.value = [changed, ...runs.value];
      totalCount.value++;
    }
  }

  function remove(id: string): void {
    deleted.add(id);
    const left = runs.value.filter((run) => run.id !== id);
    totalCount.value -= runs.value.length - left.length;
    runs.value = left;
  }

  const leaveChanges = subscribe(RunsChangedDocument, {}, (result) => {
    if (result.data !== undefined) receive(result.data.runsChanged);
  });
  const leaveDeletions = subscribe(RunDeletedDocument, {}, (result) => {
    if (result.data !== undefined) remove(result.data.runDeleted);
  });
  onScopeDispose(() => {
    ended = true;
    clearTimeout(retry);
    leaveChanges();
    leaveDeletions();
  });
  void load();

  return { runs, totalCount, loading, error, receive };
}
