import { onScopeDispose, shallowRef, watch } from 'vue';
import type { ShallowRef } from 'vue';
import { decodeFloat32, decodeInt32 } from '../disk/frameDecoder.ts';
import { messageOf } from '../graphql/client.ts';
import { RunStabilityDocument } from '../graphql/documents.ts';
import { fetchQuery } from '../graphql/request.ts';

/** How much the layouts of a group agree. */
export interface Stability {
  readonly runCount: number;
  readonly pointCount: number;
  /** The image of every entry of `agreement`, ascending. */
  readonly imageIndices: Int32Array;
  readonly agreement: Float32Array;
  readonly mean: number;
  /** Ends of the 95 % interval; null for two runs. */
  readonly low: number | null;
  readonly high: number | null;
}

const AGAIN_MS = 4000;

/** Measured when it is wanted, and again now and then while a layout moves. */
export function useStability(
  runIds: () => readonly string[],
  wanted: () => boolean,
  finished: () => boolean,
): { stability: ShallowRef<Stability | null>; error: ShallowRef<string | null> } {
  const stability = shallowRef<Stability | null>(null);
  const error = shallowRef<string | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;

  async function measure(): Promise<void> {
    clearTimeout(timer);
    if (!wanted()) return;
    const question = ++asked;
    const wasFinished = finished();
    try {
      const { runStability } = await fetchQuery(RunStabilityDocument, { runIds: [...runIds()] });
      if (question !== asked) return;
      stability.value = {
        ...runStability,
        imageIndices: decodeInt32(runStability.imageIndices),
        agreement: decodeFloat32(runStability.agreement),
        low: runStability.low ?? null,
        high: runStability.high ?? null,
      };
      error.value = null;
    } catch (failure) {
      if (question === asked) error.value = messageOf(failure);
    }
    if (!wasFinished && question === asked) timer = setTimeout(() => void measure(), AGAIN_MS);
  }

  watch(
    () => [wanted(), finished(), runIds().join()],
    () => {
      if (!wanted()) error.value = null;
      void measure();
    },
    { immediate: true },
  );
  watch(
    () => runIds().join(),
    () => (stability.value = null),
  );
  onScopeDispose(() => {
    clearTimeout(timer);
    asked++;
  });
  return { stability, error };
}
