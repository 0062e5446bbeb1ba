import { refThrottled } from '@vueuse/core';
import { computed, shallowRef, watch } from 'vue';
import type { ComputedRef, ShallowRef } from 'vue';
import type { RunPoints } from '../disk/pointColors.ts';
import { RunImageNamesDocument } from '../graphql/documents.ts';
import { fetchQuery } from '../graphql/request.ts';
import type { QueryField } from '../query/completions.ts';
import { pointFields } from '../selection/pointFields.ts';
import type { PointField } from '../selection/pointFields.ts';

export interface UsePointFieldsOptions {
  runId: () => string;
  points: ShallowRef<RunPoints | null>;
  /** Changes with every layout that is shown. */
  iteration: () => number | null;
  /** A copy of the layout that is shown, N × 2. */
  positions: () => Float32Array | null;
}

/** A moving layout changes 20 times a second; distances in lists follow more calmly. */
const REFRESH_MS = 700;
const IDLE_TIMEOUT_MS = 2000;

/** When nothing is left to draw, or soon after. */
function idle(): Promise<unknown> {
  return new Promise((resolve) => {
    // Safari has no such callback.
    if (typeof requestIdleCallback === 'function') requestIdleCallback(resolve, { timeout: IDLE_TIMEOUT_MS });
    else setTimeout(resolve, REFRESH_MS);
  });
}

/** The columns of a run's points, for queries, the table and explanations. */
export function usePointFields(options: UsePointFieldsOptions): {
  fields: ComputedRef<readonly PointField[]>;
  queryFields: ComputedRef<readonly QueryField[]>;
} {
  const imageNames = shallowRef<readonly string[] | null>(null);
  watch(
    // The layout first, and drawn: names are many, and nobody asks for them at once.
    () => (options.iteration() === null ? 0 : (options.points.value?.imageIndices.length ?? 0)),
    async (count) => {
      const id = options.runId();
      if (count === 0) return;
      await idle();
      // Without names everything else still works; they are one field among many.
      const answer = await fetchQuery(RunImageNamesDocument, { id }).catch(() => null);
      if (id === options.runId() && answer?.run?.imageNames.length === count) imageNames.value = answer.run.imageNames;
    },
    { immediate: true },
  );

  const iteration = refThrottled(computed(options.iteration), REFRESH_MS);
  const fields = computed(() => {
    void iteration.value;
    const points = options.points.value;
    if (points === null) return [];
    const positions = options.positions();
    const whole = positions?.length === 2 * points.imageIndices.length ? positions : null;
    return pointFields({ points, imageNames: imageNames.value, positions: whole });
  });
  const queryFields = computed(() =>
    fields.value.map((field): QueryField => {
      if (field.kind === 'category') return { ...field, values: field.names, help: '' };
      return { name: field.name, kind: field.kind, values: null, help: field.help };
    }),
  );
  return { fields, queryFields };
}
