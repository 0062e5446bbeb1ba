import { refDebounced } from '@vueuse/core';
import { computed } from 'vue';
import type { ComputedRef, Ref } from 'vue';
import { formatQuery, parseQuery, QueryError } from '../query/query.ts';
import { matchingPoints, strictestTerm } from '../selection/matchingPoints.ts';
import type { PointField } from '../selection/pointFields.ts';
import type { PointSet } from '../selection/pointSet.ts';

export interface UsePointFilterReturn {
  /** The points for which the line holds; null for an empty or a wrong line, which hides nothing. */
  matches: ComputedRef<PointSet | null>;
  /** One sentence: what is wrong with the line, or why nothing matches. */
  problem: ComputedRef<string | null>;
}

const TYPING_PAUSE_MS = 120;

/** The points that a query line leaves. */
export function usePointFilter(
  line: Ref<string>,
  fields: Ref<readonly PointField[]>,
  pointCount: () => number,
): UsePointFilterReturn {
  const settled = refDebounced(line, TYPING_PAUSE_MS);
  const answer = computed(() => {
    const count = pointCount();
    if (settled.value.trim() === '' || fields.value.length === 0 || count === 0)
      return { matches: null, problem: null };
    try {
      const query = parseQuery(settled.value);
      const matches = matchingPoints(query, fields.value, count);
      if (matches.size > 0) return { matches, problem: null };
      const strictest = strictestTerm(query, fields.value, count);
      const reason = strictest === null ? '' : `; ${formatQuery(strictest.term)} alone leaves ${strictest.count}`;
      return { matches, problem: `Nothing matches${reason}.` };
    } catch (error) {
      if (error instanceof QueryError) return { matches: null, problem: error.message };
      throw error;
    }
  });
  return { matches: computed(() => answer.value.matches), problem: computed(() => answer.value.problem) };
}
