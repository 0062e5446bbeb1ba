import { onScopeDispose, shallowRef } from 'vue';
import type { ShallowRef } from 'vue';
import type { Landscape, LandscapeQuestion } from '../disk/landscape/landscape.ts';
import type { LandscapeAnswer } from '../disk/landscape/landscape.worker.ts';
// Inside the script, not beside it: a page that was opened from a disk may start no worker from a file.
import LandscapeWorker from '../disk/landscape/landscape.worker.ts?worker&inline';

export interface UseLandscapeReturn {
  landscape: ShallowRef<Landscape | null>;
  /** Asks about the layout as it will be when the worker is free: only the newest question counts. */
  ask: (question: () => LandscapeQuestion | null) => void;
}

/** A live layout is looked at again no sooner than this after the last answer. */
const REST_MS = 700;

/** Density, names of regions and room for pictures, worked out beside the page. */
export function useLandscape(): UseLandscapeReturn {
  const landscape = shallowRef<Landscape | null>(null);
  const worker = new LandscapeWorker();
  let waiting: (() => LandscapeQuestion | null) | null = null;
  let busy = false;
  let rest: ReturnType<typeof setTimeout> | undefined;

  function next(): void {
    busy = false;
    const question = waiting?.() ?? null;
    waiting = null;
    if (question === null) return;
    busy = true;
    worker.postMessage(question);
  }

  worker.onmessage = ({ data }: MessageEvent<LandscapeAnswer>) => {
    if ('landscape' in data) landscape.value = data.landscape;
    rest = setTimeout(next, REST_MS);
  };
  onScopeDispose(() => {
    clearTimeout(rest);
    worker.terminate();
  });

  return {
    landscape,
    ask: (question) => {
      waiting = question;
      if (!busy) next();
    },
  };
}
