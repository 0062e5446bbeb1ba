import { computed, shallowRef } from 'vue';
import type { ComputedRef, ShallowRef } from 'vue';
import type { QueryField } from '../query/completions.ts';
import { formatQuery, parseQuery, QueryError } from '../query/query.ts';
import type { Query } from '../query/query.ts';
import type { RunSummaryFragment } from '../graphql/generated/graphql.ts';
import { RUN_COLUMNS, sortRuns } from '../runs/runColumns.ts';
import type { RunColumn } from '../runs/runColumns.ts';
import { groupRuns } from '../runs/runGroups.ts';
import type { RunGroup } from '../runs/runGroups.ts';
import { queryProblem, runMatches, runQueryFields, strictestTerm } from '../runs/runQuery.ts';
import { differingSettings } from '../runSettings.ts';
import type { TableState } from './useTableState.ts';

/** A line of the table: a run, or runs that differ in nothing but their seed. */
export type TableRow =
  | { readonly kind: 'run'; readonly run: RunSummaryFragment; readonly group: RunGroup | null }
  | { readonly kind: 'group'; readonly group: RunGroup; readonly open: boolean };

export interface UseRunTableReturn {
  rows: ComputedRef<readonly TableRow[]>;
  /** The runs that the query leaves, in their order. */
  listed: ComputedRef<readonly RunSummaryFragment[]>;
  columns: ComputedRef<readonly RunColumn[]>;
  baseline: ComputedRef<RunSummaryFragment | null>;
  fields: ComputedRef<readonly QueryField[]>;
  /** One sentence: what is wrong with the query. */
  problem: ComputedRef<string | null>;
  /** Where nothing matches, the term of the query that leaves least. */
  strictest: ComputedRef<{ term: string; count: number } | null>;
  opened: ShallowRef<ReadonlySet<string>>;
  toggleGroup: (key: string) => void;
}

const EVERYTHING: Query = { type: 'all' };

/** What the table shows of all runs: filtered, sorted, grouped. */
export function useRunTable(runs: () => readonly RunSummaryFragment[], state: TableState): UseRunTableReturn {
  const opened = shallowRef<ReadonlySet<string>>(new Set());
  const present = computed(() => runs().filter(({ archived }) => archived === state.archived));
  const parsed = computed(() => readQuery(state.query));
  const listed = computed(() => {
    const { query } = parsed.value;
    return sortRuns(
      query === EVERYTHING ? present.value : present.value.filter((run) => runMatches(query, run)),
      state.order,
    );
  });
  const rows = computed((): TableRow[] => {
    const single = (run: RunSummaryFragment, group: RunGroup | null): TableRow => ({ kind: 'run', run, group });
    if (!state.grouped) return listed.value.map((run) => single(run, null));
    return groupRuns(listed.value).flatMap((group) => {
      if (group.runs.length === 1) return [single(group.runs[0]!, null)];
      const open = opened.value.has(group.key);
      return [{ kind: 'group', group, open }, ...(open ? group.runs.map((run) => single(run, group)) : [])];
    });
  });
  const columns = computed(() => {
    if (!state.onlyDiffering) return RUN_COLUMNS.filter(({ key }) => state.columns.includes(key));
    const differing = new Set(differingSettings(listed.value).map(({ key }) => key));
    return RUN_COLUMNS.filter(({ key, kind }) =>
      kind === 'setting' ? differing.has(key) : state.columns.includes(key),
    );
  });
  return {
    rows,
    listed,
    columns,
    baseline: computed(() => runs().find(({ id }) => id === state.baseline) ?? null),
    fields: computed(() => runQueryFields(present.value)),
    problem: computed(() => parsed.value.problem),
    strictest: computed(() => {
      const found = listed.value.length === 0 ? strictestTerm(parsed.value.query, present.value) : null;
      return found && { term: formatQuery(found.term), count: found.count };
    }),
    opened,
    toggleGroup: (key) => {
      const next = new Set(opened.value);
      if (!next.delete(key)) next.add(key);
      opened.value = next;
    },
  };
}

/** A line that cannot be read filters nothing, and says why. */
function readQuery(line: string): { query: Query; problem: string | null } {
  try {
    const query = line.trim() === '' ? EVERYTHING : parseQuery(line);
    const problem = queryProblem(query);
    return { query: problem === null ? query : EVERYTHING, problem };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { query: EVERYTHING, problem: error.message };
  }
}
