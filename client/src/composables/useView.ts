import { useDebounceFn } from '@vueuse/core';
import { onScopeDispose, reactive, shallowRef, watch } from 'vue';
import type { ShallowRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { numberIn, readDiskView } from '../../../server/geometry/diskView.ts';
import { DEFAULT_AIDS } from '../disk/readingAids.ts';
import type { ReadingAids } from '../disk/readingAids.ts';
import type { DiskView } from '../disk/diskTransform.ts';
import { COMPARISON_KEYS, comparisonQuery, readComparison } from './comparisonState.ts';
import type { ComparisonState } from './comparisonState.ts';

export { readDiskView };

export interface ViewState {
  /** `label`, the name of a column, or `recall`. */
  colorBy: string;
  /** Names of classes that are not drawn. */
  hidden: string[];
  /** Index of the point that is inspected. */
  point: number | null;
  /** The stored iteration that is shown; null follows the run. */
  iteration: number | null;
  aids: ReadingAids;
  /** How many neighbors are listed. */
  k: number;
  /** The query line that filters the points. */
  query: string;
  /**
   * What is selected as `encodePoints` writes it, or `*` for all that the query matches: points of a run, images of a
   * comparison.
   */
  selection: string;
  comparison: ComparisonState;
}

export interface UseViewReturn {
  disk: ShallowRef<DiskView>;
  state: ViewState;
  /** The query string of the view as it is now, for links: the whole selection, however long. */
  queryString: () => string;
  /** What stood in the address when the page was opened and has no meaning here. */
  unknownKeys: readonly string[];
}

const DEFAULT_K = 15;
const REPLACE_AFTER_MS = 250;
/** An address stays short enough to be sent; a longer selection is in share links alone. */
const LONGEST_SELECTION = 300;
const MARKS = ['auto', 'dots', 'images'] as const;
const AID_KEYS = [
  ['density', 'contours'],
  ['labels', 'labels'],
  ['grid', 'grid'],
] as const;

/** Every key that `toQuery` writes, and that of a page in a frame. */
const KNOWN_KEYS = new Set([
  'i',
  'c',
  'rot',
  'z',
  'color',
  'hide',
  'p',
  'img',
  'density',
  'labels',
  'grid',
  'k',
  'q',
  'sel',
  ...COMPARISON_KEYS,
]);
const KEYS_OF_PAGES = new Set(['embed']);
/** What changes all the time while somebody drags, zooms or types: no way back leads through it. */
const GLIDING_KEYS = new Set(['c', 'rot', 'z', 'q', 'morph']);

/**
 * What is seen, kept in the query string: readable, and only what differs from the default. The browser's Back takes
 * back steps (a choice, a point, a selection), not every place that a drag led over.
 */
export function useView(): UseViewReturn {
  const route = useRoute();
  const router = useRouter();
  const disk = shallowRef(readDiskView(route.query));
  const state = reactive<ViewState>(readState(route.query));
  state.selection ||= selectionBesideAddress();
  const { path } = route;
  let left = false;
  /** What this page is bringing into the address, until it is there. */
  let written: Record<string, string> | null = null;
  onScopeDispose(() => (left = true));

  const write = useDebounceFn(() => {
    if (left || route.path !== path) return;
    const before = viewOf(route.query);
    const query = addressOf(disk.value, state);
    const change = changedKeys(before, query);
    if (change.length === 0) return;
    const kept = Object.fromEntries(Object.entries(route.query).filter(([key]) => KEYS_OF_PAGES.has(key)));
    written = query;
    void router[isStep(before, query, change) ? 'push' : 'replace']({ query: { ...kept, ...query } });
  }, REPLACE_AFTER_MS);
  watch([disk, state], () => void write());

  watch(
    () => route.query,
    (query) => {
      const arrived = viewOf(query);
      const isOwn = written !== null && changedKeys(arrived, written).length === 0;
      written = null;
      // The view may have moved on while the address was being written: it is not taken back to there.
      if (isOwn || left || route.path !== path) return;
      if (changedKeys(arrived, addressOf(disk.value, state)).length === 0) return;
      disk.value = readDiskView(query);
      Object.assign(state, readState(query));
    },
    // At once, so that each address is told apart from the next one.
    { flush: 'sync' },
  );

  return {
    disk,
    state,
    queryString: () => new URLSearchParams(toQuery(disk.value, state)).toString(),
    unknownKeys: Object.keys(route.query).filter((key) => !KNOWN_KEYS.has(key) && !KEYS_OF_PAGES.has(key)),
  };
}

/** An address as it would be written: without what makes no sense. */
function viewOf(query: Query): Record<string, string> {
  return addressOf(readDiskView(query), readState(query));
}

/** What the browser's address holds of a view. */
export function addressOf(disk: DiskView, state: ViewState): Record<string, string> {
  const { sel, ...query } = toQuery(disk, state);
  return sel === undefined || sel.length > LONGEST_SELECTION ? query : { ...query, sel };
}

/** Where a page brings a query string into its address: too long a selection goes beside it. */
export function placeOf(queryString: string): { query: Record<string, string>; state: { selection: string } } {
  const { sel = '', ...query } = Object.fromEntries(new URLSearchParams(queryString));
  return sel.length > LONGEST_SELECTION
    ? { query, state: { selection: sel } }
    : { query: sel === '' ? query : { ...query, sel }, state: { selection: '' } };
}

function selectionBesideAddress(): string {
  const { selection } = (history.state ?? {}) as { selection?: unknown };
  return typeof selection === 'string' ? selection : '';
}

export function changedKeys(before: Record<string, string>, after: Record<string, string>): string[] {
  return [...KNOWN_KEYS].filter((key) => before[key] !== after[key]);
}

/** Whether Back should lead to what was seen before. From one stored layout to the next it is a glide as well. */
export function isStep(
  before: Record<string, string>,
  after: Record<string, string>,
  changed: readonly string[],
): boolean {
  const scrubbed = before.i !== undefined && after.i !== undefined;
  return changed.some((key) => !GLIDING_KEYS.has(key) && !(key === 'i' && scrubbed));
}

type Query = Record<string, unknown>;

export function readState(query: Query): ViewState {
  return {
    colorBy: typeof query.color === 'string' ? query.color : 'label',
    hidden: typeof query.hide === 'string' && query.hide !== '' ? query.hide.split(',') : [],
    point: numberIn(query.p, 0, Number.MAX_SAFE_INTEGER),
    iteration: numberIn(query.i, 0, Number.MAX_SAFE_INTEGER),
    aids: {
      marks: MARKS.find((marks) => marks === query.img) ?? DEFAULT_AIDS.marks,
      contours: flag(query.density, DEFAULT_AIDS.contours),
      labels: flag(query.labels, DEFAULT_AIDS.labels),
      grid: flag(query.grid, DEFAULT_AIDS.grid),
    },
    k: numberIn(query.k, 1, 1000) ?? DEFAULT_K,
    query: typeof query.q === 'string' ? query.q : '',
    selection: typeof query.sel === 'string' ? query.sel : '',
    comparison: readComparison(query),
  };
}

export function toQuery(disk: DiskView, state: ViewState): Record<string, string> {
  const query: Record<string, string> = {};
  const { center, rotation, zoom } = disk;
  if (state.iteration !== null) query.i = String(state.iteration);
  if (Math.hypot(center.x, center.y) > 1e-6) query.c = `${digits(center.x, 6)},${digits(center.y, 6)}`;
  if (Math.abs(rotation) > 1e-3) query.rot = digits((rotation * 180) / Math.PI, 1);
  if (Math.abs(zoom - 1) > 1e-3) query.z = digits(zoom, 2);
  if (state.colorBy !== 'label') query.color = state.colorBy;
  if (state.hidden.length > 0) query.hide = state.hidden.join(',');
  if (state.point !== null) query.p = String(state.point);
  if (state.aids.marks !== DEFAULT_AIDS.marks) query.img = state.aids.marks;
  for (const [key, name] of AID_KEYS) {
    if (state.aids[name] !== DEFAULT_AIDS[name]) query[key] = state.aids[name] ? '1' : '0';
  }
  if (state.k !== DEFAULT_K) query.k = String(state.k);
  if (state.query.trim() !== '') query.q = state.query.trim();
  if (state.selection !== '') query.sel = state.selection;
  return { ...query, ...comparisonQuery(state.comparison) };
}

function flag(text: unknown, normally: boolean): boolean {
  return text === '1' || (text !== '0' && normally);
}

function digits(value: number, count: number): string {
  return String(Number(value.toFixed(count)));
}
