import { reactive, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { DEFAULT_COLUMNS, RUN_COLUMNS } from '../runs/runColumns.ts';
import type { RunOrder } from '../runs/runColumns.ts';

/** What the table of runs shows and how. */
export interface TableState {
  query: string;
  order: RunOrder;
  /** Keys of the columns that are shown. */
  columns: readonly string[];
  /** Shows of the settings those alone in which the runs differ. */
  onlyDiffering: boolean;
  /** The run against which figures are read. */
  baseline: string | null;
  grouped: boolean;
  /** Shows the runs that were put away instead of the others. */
  archived: boolean;
}

type Query = Record<string, unknown>;

const NEWEST_FIRST: RunOrder = { column: 'created', descending: true };

/** The state of the table, kept in the address: readable, and only what differs from the default. */
export function useTableState(): TableState {
  const route = useRoute();
  const router = useRouter();
  const state = reactive(readTableState(route.query));
  watch(state, () => void router.replace({ query: tableQuery(state) }));
  return state;
}

export function readTableState(query: Query): TableState {
  const text = (key: string): string => (typeof query[key] === 'string' ? query[key] : '');
  const known = new Set(RUN_COLUMNS.map(({ key }) => key));
  const columns = text('cols')
    .split(',')
    .filter((key) => known.has(key));
  const order = text('sort');
  const column = order.replace(/^-/, '');
  return {
    query: text('q'),
    order: known.has(column) || column === 'name' ? { column, descending: order.startsWith('-') } : NEWEST_FIRST,
    columns: columns.length > 0 ? columns : DEFAULT_COLUMNS,
    onlyDiffering: text('differ') === '1',
    baseline: text('base') || null,
    grouped: text('group') === '1',
    archived: text('archived') === '1',
  };
}

export function tableQuery(state: TableState): Record<string, string> {
  const { column, descending } = state.order;
  const query: Record<string, string> = {};
  if (state.query.trim() !== '') query.q = state.query.trim();
  if (column !== NEWEST_FIRST.column || !descending) query.sort = `${descending ? '-' : ''}${column}`;
  if (state.columns.join() !== DEFAULT_COLUMNS.join()) query.cols = state.columns.join(',');
  if (state.onlyDiffering) query.differ = '1';
  if (state.baseline !== null) query.base = state.baseline;
  if (state.grouped) query.group = '1';
  if (state.archived) query.archived = '1';
  return query;
}
