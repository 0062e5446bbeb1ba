import { computed, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import { decodeNumbers, decodePoints } from '../disk/pointColors.ts';
import type { RunPoints } from '../disk/pointColors.ts';
import { messageOf } from '../graphql/client.ts';
import { RunDocument, RunHistoryDocument, RunNumbersDocument, RunPointsDocument } from '../graphql/documents.ts';
import type { RunQuery, RunSummaryFragment } from '../graphql/generated/graphql.ts';
import { fetchQuery } from '../graphql/request.ts';
import { useFetched } from './useFetched.ts';
import { useProjectionStream } from './useProjectionStream.ts';
import type { StreamedFrame, UseProjectionStreamReturn } from './useProjectionStream.ts';

export interface UseRunReturn {
  run: ComputedRef<RunSummaryFragment | null>;
  details: ShallowRef<NonNullable<RunQuery['run']> | null>;
  points: ShallowRef<RunPoints | null>;
  stream: UseProjectionStreamReturn;
  error: ComputedRef<string | null>;
  refresh: () => Promise<void>;
}

/** Everything about one run but its frames, which go to `onFrame`. */
export function useRun(runId: Ref<string>, onFrame: (frame: StreamedFrame) => void): UseRunReturn {
  const stream = useProjectionStream(runId, onFrame);
  const fetched = useFetched(async () => {
    const { run } = await fetchQuery(RunDocument, { id: runId.value });
    if (!run) throw new Error(`There is no run ${runId.value}.`);
    return run;
  }, runId);
  const points = shallowRef<RunPoints | null>(null);
  const pointsError = shallowRef<string | null>(null);

  const run = computed(() => stream.run.value ?? fetched.data.value);
  const finished = computed(() => run.value?.status === 'DONE');

  async function loadPoints(): Promise<void> {
    const id = runId.value;
    try {
      let answer = await fetchQuery(RunPointsDocument, { id });
      // What was asked while the page was loading can be older than the images.
      const isOld = (answer.run?.points.imageIndices.length ?? 0) < (run.value?.pointCount ?? 0);
      if (isOld) answer = await fetchQuery(RunPointsDocument, { id });
      if (answer.run == null || id !== runId.value) return;
      const decoded = decodePoints(answer.run.points);
      const known = points.value?.imageIndices.length === decoded.imageIndices.length ? points.value.numbers : [];
      points.value = { ...decoded, numbers: known.length > 0 ? known : decoded.numbers };
      if (points.value.numbers.some(({ values }) => values === null)) await loadNumbers(id);
    } catch (failure) {
      pointsError.value = messageOf(failure);
    }
  }

  async function loadNumbers(id: string): Promise<void> {
    const { run: answered } = await fetchQuery(RunNumbersDocument, { id });
    if (answered == null || points.value === null || id !== runId.value) return;
    points.value = { ...points.value, numbers: decodeNumbers(answered.points.numbers) };
  }

  watch(runId, () => (points.value = null));
  // Images and classes are known once the data set is open, recall once the layout is measured.
  watch(
    [() => run.value?.pointCount ?? 0, () => run.value?.status],
    ([count, status]) => {
      const known = points.value?.imageIndices.length === count;
      if (count > 0 && (!known || status === 'DONE')) void loadPoints();
      // The data set, and with it its pictures, is known as soon as it is open.
      if (count > 0 && fetched.data.value !== null && fetched.data.value.dataset == null) void fetched.refresh();
    },
    { immediate: true },
  );
  watch(finished, (isFinished) => {
    if (!isFinished) return;
    if (fetched.data.value?.status !== 'DONE') void fetched.refresh();
    const id = runId.value;
    void fetchQuery(RunHistoryDocument, { id }).then(
      (answer) => id === runId.value && stream.mergeHistory(answer.run?.history ?? []),
      (failure: unknown) => (pointsError.value = messageOf(failure)),
    );
  });

  return {
    run,
    details: fetched.data,
    points,
    stream,
    error: computed(() => fetched.error.value ?? pointsError.value),
    refresh: fetched.refresh,
  };
}
