import { onScopeDispose, shallowReactive, shallowRef, watch } from 'vue';
import type { ShallowReactive, ShallowRef } from 'vue';
import type { LayoutAlignment } from '../disk/alignedView.ts';
import { decodeFloat32, decodeInt32 } from '../disk/frameDecoder.ts';
import { isPassing, messageOf } from '../graphql/client.ts';
import { CompareRunsDocument } from '../graphql/documents.ts';
import { fetchQuery } from '../graphql/request.ts';
import type { ComparedImages } from '../../../server/geometry/changedImages.ts';
import type { FitChoice } from './comparisonState.ts';

/** One layout against the first one. */
export interface Comparison extends ComparedImages {
  readonly alignment: LayoutAlignment;
  readonly pointCount: number;
  readonly meanDisplacement: number;
  readonly neighborhoodOverlap: number;
}

export interface UseComparisonsOptions {
  /** The run that all others are laid over. */
  first: () => string;
  others: () => readonly string[];
  fit: () => FitChoice;
  /** For the fit on a selection. */
  images: () => Int32Array;
  /** Iterations that a run has behind it, as drawn; null before its first layout. */
  iterationOf: (runId: string) => number | null;
}

export interface UseComparisonsReturn {
  /** By run; none for a run whose first layout has not come. */
  comparisons: ShallowReactive<Map<string, Comparison>>;
  error: ShallowRef<string | null>;
}

/** A moving layout is laid over anew after so many iterations, and not more often than this. */
const REFIT_ITERATIONS = 20;
const REFIT_MS = 1500;

/** Lays every other run over the first one, again and again while one of them moves. */
export function useComparisons(options: UseComparisonsOptions): UseComparisonsReturn {
  const comparisons = shallowReactive(new Map<string, Comparison>());
  const error = shallowRef<string | null>(null);
  let generation = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function compare(right: string): Promise<void> {
    const asked = generation;
    const left = options.first();
    const fit = options.fit();
    const images = fit === 'IMAGES' ? Array.from(options.images()) : undefined;
    try {
      const { compareRuns } = await fetchQuery(CompareRunsDocument, { left, right, fit, images });
      if (asked !== generation) return;
      comparisons.set(right, {
        ...compareRuns,
        imageIndices: decodeInt32(compareRuns.imageIndices),
        change: decodeFloat32(compareRuns.overlap).map((overlap) => 1 - overlap),
        displacement: decodeFloat32(compareRuns.displacement),
      });
      error.value = null;
    } catch (failure) {
      if (asked !== generation) return;
      error.value = messageOf(failure);
      if (isPassing(failure)) timer = setTimeout(() => void compareAll(), REFIT_MS);
    }
  }

  async function compareAll(): Promise<void> {
    if (options.iterationOf(options.first()) === null) return;
    for (const other of options.others()) if (options.iterationOf(other) !== null) await compare(other);
  }

  /** One round at a time; what moved meanwhile is seen to after a pause. */
  let running = false;
  let again = false;
  async function follow(): Promise<void> {
    if (running) {
      again = true;
      return;
    }
    running = true;
    again = false;
    await compareAll();
    timer = setTimeout(() => {
      running = false;
      if (again) void follow();
    }, REFIT_MS);
  }

  watch(
    () => [options.first(), ...options.others(), options.fit(), options.fit() === 'IMAGES' ? options.images() : null],
    () => {
      generation++;
      comparisons.clear();
      clearTimeout(timer);
      running = false;
      void follow();
    },
    { immediate: true },
  );
  watch(
    () => [options.first(), ...options.others()].map((id) => steps(options.iterationOf(id))).join(),
    () => void follow(),
  );
  onScopeDispose(() => {
    generation++;
    clearTimeout(timer);
  });
  return { comparisons, error };
}

function steps(iteration: number | null): number {
  return iteration === null ? -1 : Math.ceil(iteration / REFIT_ITERATIONS);
}
