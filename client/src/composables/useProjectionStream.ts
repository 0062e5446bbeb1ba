import { onScopeDispose, shallowRef, triggerRef, watch } from 'vue';
import type { Ref, ShallowRef } from 'vue';
import { isPassing, messageOf } from '../graphql/client.ts';
import { RunProgressDocument } from '../graphql/documents.ts';
import type { RunProgressSubscription, RunSummaryFragment } from '../graphql/generated/graphql.ts';
import { subscribe } from '../graphql/request.ts';

export type StreamedFrame = NonNullable<RunProgressSubscription['runProgress']['frame']>;
/** A frame as it is drawn: streamed, or already decoded. */
export type ShownFrame = Omit<StreamedFrame, 'coordinates' | 'runId'> & { readonly coordinates: string | Int16Array };
export type IterationStats = RunProgressSubscription['runProgress']['statsSince'][number];

export interface UseProjectionStreamReturn {
  run: ShallowRef<RunSummaryFragment | null>;
  /** Every iteration's figures once, ascending. */
  history: ShallowRef<IterationStats[]>;
  /** Iterations a second, measured over the last few seconds; null until there are two. */
  iterationRate: ShallowRef<number | null>;
  /** Frames that the server left out because this connection was still busy with earlier ones. */
  skippedFrames: ShallowRef<number>;
  error: ShallowRef<string | null>;
  /** Adds figures from elsewhere, such as those of a finished run. */
  mergeHistory: (stats: readonly IterationStats[]) => void;
}

const RATE_WINDOW_MS = 3000;
const RETRY_MS = 1500;

/**
 * Follows one run. The socket reconnects by itself, and asks then for the figures after the last one that is here: the
 * first message brings the newest frame and those.
 */
export function useProjectionStream(
  runId: Ref<string>,
  onFrame: (frame: StreamedFrame) => void,
): UseProjectionStreamReturn {
  const run = shallowRef<RunSummaryFragment | null>(null);
  const history = shallowRef<IterationStats[]>([]);
  const iterationRate = shallowRef<number | null>(null);
  const skippedFrames = shallowRef(0);
  const error = shallowRef<string | null>(null);
  const recent: { at: number; iteration: number }[] = [];

  function mergeHistory(stats: readonly IterationStats[]): void {
    let last = history.value.at(-1)?.iteration ?? 0;
    for (const entry of stats) {
      if (entry.iteration <= last) continue;
      history.value.push(entry);
      last = entry.iteration;
    }
    triggerRef(history);
  }

  function measureRate(iteration: number): void {
    const at = performance.now();
    recent.push({ at, iteration });
    while (recent.length > 2 && at - recent[0]!.at > RATE_WINDOW_MS) recent.shift();
    const first = recent[0]!;
    if (at - first.at > 400) iterationRate.value = (1000 * (iteration - first.iteration)) / (at - first.at);
  }

  function receive(progress: RunProgressSubscription['runProgress']): void {
    run.value = progress.run;
    skippedFrames.value = progress.skippedFrames;
    if (progress.statsSince.length > 0) mergeHistory(progress.statsSince);
    if (progress.run.status === 'OPTIMIZING') measureRate(progress.run.iteration);
    else recent.length = 0;
    if (progress.frame) onFrame(progress.frame);
  }

  let stop: (() => void) | null = null;
  function follow(id: string): void {
    let retry: ReturnType<typeof setTimeout> | undefined;
    const variables = {
      runId: id,
      get statsAfter() {
        return history.value.at(-1)?.iteration ?? 0;
      },
    };
    const unsubscribe = subscribe(RunProgressDocument, variables, (result) => {
      error.value = result.error === undefined ? null : messageOf(result.error);
      if (result.data?.runProgress) receive(result.data.runProgress);
      // An error ends a subscription for good; a server that is only starting deserves another one.
      if (isPassing(result.error)) retry = setTimeout(() => follow(id), RETRY_MS);
    });
    stop = () => {
      clearTimeout(retry);
      unsubscribe();
    };
  }
  watch(
    runId,
    (id) => {
      stop?.();
      run.value = null;
      history.value = [];
      skippedFrames.value = 0;
      error.value = null;
      recent.length = 0;
      follow(id);
    },
    { immediate: true },
  );
  onScopeDispose(() => stop?.());
  return { run, history, iterationRate, skippedFrames, error, mergeHistory };
}
