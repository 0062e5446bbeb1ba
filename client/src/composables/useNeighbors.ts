import { computed } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import { NeighborsDocument } from '../graphql/documents.ts';
import type { NeighborsQuery } from '../graphql/generated/graphql.ts';
import { fetchQuery } from '../graphql/request.ts';
import { useFetched } from './useFetched.ts';
import type { UseRunReturn } from './useRun.ts';

export interface UseNeighborsOptions {
  runId: () => string;
  /** The point whose neighbors are wanted. */
  point: () => number | null;
  run: UseRunReturn['run'];
  hasFrame: Readonly<Ref<boolean>>;
}

export interface UseNeighborsReturn {
  /** Both lists, on the disk and in the embedding. */
  neighbors: ComputedRef<NeighborsQuery | null>;
  /** Those on the disk, to be joined with the point. */
  neighborPoints: ComputedRef<readonly number[]>;
  error: ShallowRef<string | null>;
  loading: ShallowRef<boolean>;
}

const NEIGHBOR_COUNT = 15;
/** A moving layout has other neighbors every frame: they are asked for again after so many iterations. */
const REFRESH_ITERATIONS = 25;

/** The neighbors of one point. */
export function useNeighbors({ runId, point, run, hasFrame }: UseNeighborsOptions): UseNeighborsReturn {
  const age = (): number => Math.floor((run.value?.iteration ?? 0) / REFRESH_ITERATIONS);
  const { data, error, loading } = useFetched(async () => {
    const chosen = point();
    if (chosen === null || !hasFrame.value) return null;
    return fetchQuery(NeighborsDocument, { runId: runId(), point: chosen, k: NEIGHBOR_COUNT });
  }, [point, hasFrame, () => run.value?.status, age]);
  const neighbors = computed(() => (point() === null ? null : data.value));
  return {
    neighbors,
    neighborPoints: computed(() => neighbors.value?.onDisk.map((neighbor) => neighbor.point) ?? []),
    error,
    loading,
  };
}
