import { computed, shallowRef, watch } from 'vue';
import type { ShallowRef } from 'vue';
import { messageOf } from '../graphql/client.ts';
import { KeyframesDocument, RunLayoutDocument } from '../graphql/documents.ts';
import { fetchQuery } from '../graphql/request.ts';
import type { StreamedFrame } from './useProjectionStream.ts';
import type { UseRunReturn } from './useRun.ts';

export interface UseRunLayoutsOptions {
  runId: () => string;
  /** The stored iteration that is looked at; null follows the run. */
  iteration: () => number | null;
  show: (frame: StreamedFrame) => void;
  run: UseRunReturn['run'];
  details: UseRunReturn['details'];
}

export interface UseRunLayoutsReturn {
  /** Stored iterations, ascending. */
  keyframes: ShallowRef<readonly number[]>;
  error: ShallowRef<string | null>;
  /** Whether the newest layout is here in full precision and of this iteration: the stream rounds it. */
  isExact: (iteration: number) => boolean;
}

/** New keyframes are stored now and then; the scrubber learns of them without a request for each frame. */
const KEYFRAME_CHECK_ITERATIONS = 25;

/** Stored layouts of a run: the one that the address names, and the exact newest when the run rests. */
export function useRunLayouts(options: UseRunLayoutsOptions): UseRunLayoutsReturn {
  const { runId, iteration, run, details, show } = options;
  const keyframes = shallowRef<readonly number[]>([]);
  const error = shallowRef<string | null>(null);
  const resting = computed(() => run.value?.status === 'DONE' || run.value?.status === 'PAUSED');
  let asked = 0;
  /** Ends with the answer to the last question. */
  let latest: Promise<void> = Promise.resolve();
  /** Of the newest layout in full precision that an answer brought. */
  let newestStored: number | null = null;
  /** The stored iteration that the address names but no answer has brought yet: a link can be older than its layout. */
  let awaited: number | null = null;

  /** Fetches the layout at `wanted`, or the newest, in full precision. */
  async function showStored(wanted: number | null): Promise<void> {
    const question = ++asked;
    try {
      const answer = await fetchQuery(RunLayoutDocument, { id: runId(), iteration: wanted });
      if (question !== asked) return;
      if (answer.run) keyframes.value = answer.run.keyframes;
      awaited = answer.run?.layout ? null : wanted;
      if (answer.run?.layout) show(answer.run.layout);
      if (wanted === null) newestStored = answer.run?.layout?.iteration ?? null;
      error.value = null;
    } catch (failure) {
      awaited = wanted;
      error.value = messageOf(failure);
    }
  }

  async function refreshKeyframes(): Promise<void> {
    const stored = keyframes.value.at(-1) ?? -1;
    if ((run.value?.iteration ?? 0) - stored < KEYFRAME_CHECK_ITERATIONS) return;
    const answer = await fetchQuery(KeyframesDocument, { id: runId() }).catch(() => null);
    if (answer?.run) keyframes.value = answer.run.keyframes;
    if (awaited !== null && keyframes.value.includes(awaited)) void showStored(awaited);
  }

  watch(details, (loaded) => (keyframes.value = loaded?.keyframes ?? []));
  watch(iteration, (wanted) => (latest = showStored(wanted)), { immediate: true });
  watch(resting, async () => {
    // What is on its way may be the newest.
    await latest;
    const isShown = newestStored === run.value?.iteration;
    if (resting.value && iteration() === null && !isShown) latest = showStored(null);
  });
  watch(
    () => Math.floor((run.value?.iteration ?? 0) / KEYFRAME_CHECK_ITERATIONS),
    () => run.value?.status === 'OPTIMIZING' && void refreshKeyframes(),
  );
  return { keyframes, error, isExact: (at) => at === newestStored };
}
