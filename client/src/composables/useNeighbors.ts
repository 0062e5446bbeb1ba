import { refDebounced } from '@vueuse/core';
import { computed, shallowRef } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { DiskPoint } from '../disk/diskTransform.ts';
import { NeighborsDocument, PlaceNeighborsDocument } from '../graphql/documents.ts';
import type { NeighborEntryFragment } from '../graphql/generated/graphql.ts';
import { fetchQuery } from '../graphql/request.ts';
import { useFetched } from './useFetched.ts';
import type { UseRunReturn } from './useRun.ts';

export interface UseNeighborsOptions {
  runId: () => string;
  /** The point whose neighbors are wanted. */
  point: () => number | null;
  /** A place of the layout whose neighbors are wanted, where there is no point. */
  place: () => DiskPoint | null;
  /** How many. */
  k: () => number;
  run: UseRunReturn['run'];
  hasFrame: Readonly<Ref<boolean>>;
}

/** Neighbors on the disk and, of a point, in the embedding. */
export interface Neighborhood {
  readonly onDisk: readonly NeighborEntryFragment[];
  /** Null for a place, which has no embedding. */
  readonly inEmbedding: readonly NeighborEntryFragment[] | null;
  /** Points in both lists. */
  readonly shared: ReadonlySet<number>;
}

export interface UseNeighborsReturn {
  neighborhood: ComputedRef<Neighborhood | null>;
  /** Geodesic distance within which neighbors on the disk are looked for; null takes the k nearest. */
  radius: ShallowRef<number | null>;
  /** Those on the disk, to be joined with the point. */
  neighborPoints: ComputedRef<readonly number[]>;
  /** Those in the embedding that the disk puts elsewhere. */
  missedPoints: ComputedRef<readonly number[]>;
  error: ShallowRef<string | null>;
  loading: ShallowRef<boolean>;
}

/** A moving layout has other neighbors every frame: they are asked for again after so many iterations. */
const REFRESH_ITERATIONS = 25;
const SLIDING_PAUSE_MS = 100;

/** The neighbors of a point or of a place. */
export function useNeighbors({ runId, point, place, k, run, hasFrame }: UseNeighborsOptions): UseNeighborsReturn {
  const radius = shallowRef<number | null>(null);
  const settled = refDebounced(radius, SLIDING_PAUSE_MS);
  const age = (): number => Math.floor((run.value?.iteration ?? 0) / REFRESH_ITERATIONS);
  const { data, error, loading } = useFetched(async (): Promise<Neighborhood | null> => {
    const [chosen, at] = [point(), place()];
    if ((chosen === null && at === null) || !hasFrame.value) return null;
    const common = { runId: runId(), k: k(), radius: settled.value };
    if (chosen === null) {
      const { onDisk } = await fetchQuery(PlaceNeighborsDocument, { ...common, at: at! });
      return { onDisk, inEmbedding: null, shared: new Set() };
    }
    const lists = await fetchQuery(NeighborsDocument, { ...common, point: chosen });
    const onDisk = new Set(lists.onDisk.map((entry) => entry.point));
    const shared = lists.inEmbedding.map((entry) => entry.point).filter((entry) => onDisk.has(entry));
    return { ...lists, shared: new Set(shared) };
  }, [point, place, k, settled, hasFrame, () => run.value?.status, age]);

  const neighborhood = computed(() => (point() === null && place() === null ? null : data.value));
  return {
    neighborhood,
    radius,
    neighborPoints: computed(() => neighborhood.value?.onDisk.map((entry) => entry.point) ?? []),
    missedPoints: computed(() => {
      const known = neighborhood.value;
      return (known?.inEmbedding ?? []).map((entry) => entry.point).filter((entry) => !known!.shared.has(entry));
    }),
    error,
    loading,
  };
}
