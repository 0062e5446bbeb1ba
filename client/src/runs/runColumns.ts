import type { RunSummaryFragment } from '../graphql/generated/graphql.ts';
import { RUN_FIGURES, RUN_SETTINGS } from '../runSettings.ts';
import type { RunFigure } from '../runSettings.ts';
import { formatCount, formatDate } from '../runText.ts';

/** One column of the table of runs, beside the name. */
export interface RunColumn {
  readonly key: string;
  readonly title: string;
  readonly kind: 'setting' | 'figure' | 'fact';
  readonly numeric: boolean;
  readonly textOf: (run: RunSummaryFragment) => string;
  /** What rows are sorted by; null comes last. */
  readonly sortValueOf: (run: RunSummaryFragment) => number | string | null;
  /** Of a figure: means and differences can be made of it. */
  readonly figure: RunFigure | null;
}

const WORDS = new Set(['dataset', 'model', 'method', 'plane', 'start', 'from', 'pooling']);

const settings = RUN_SETTINGS.map(({ key, title, textOf }): RunColumn => ({
  ...{ key, title, textOf, kind: 'setting', figure: null },
  numeric: !WORDS.has(key),
  sortValueOf: textOf,
}));

const figures = RUN_FIGURES.map((figure): RunColumn => ({
  ...{ key: figure.key, title: figure.title, kind: 'figure', numeric: true, figure },
  textOf: (run) => formatFigure(figure.valueOf(run), figure.digits),
  sortValueOf: figure.valueOf,
}));

function fact(key: string, title: string, textOf: RunColumn['textOf'], sorting: Partial<RunColumn> = {}): RunColumn {
  return { key, title, kind: 'fact', numeric: false, textOf, sortValueOf: textOf, figure: null, ...sorting };
}

export const RUN_COLUMNS: readonly RunColumn[] = [
  ...settings.slice(0, 2),
  fact('points', 'Points', (run) => (run.pointCount > 0 ? formatCount(run.pointCount) : '–'), {
    numeric: true,
    sortValueOf: (run) => run.pointCount || null,
  }),
  ...settings.slice(2),
  ...figures,
  fact('tags', 'Tags', (run) => run.tags.join(', ')),
  fact('group', 'Group', (run) => run.group ?? ''),
  fact('notes', 'Notes', (run) => run.notes),
  fact('created', 'Created', (run) => formatDate(run.createdAt), { sortValueOf: (run) => run.createdAt }),
];

/** What a table shows as long as nobody chose. */
export const DEFAULT_COLUMNS: readonly string[] = [
  'dataset',
  'model',
  'points',
  'perplexity',
  'seed',
  'recall',
  'trust',
  'seconds',
  'tags',
  'created',
];

export function formatFigure(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

export interface RunOrder {
  /** Key of a column, or `name`. */
  readonly column: string;
  readonly descending: boolean;
}

const collator = new Intl.Collator('en-US', { numeric: true, sensitivity: 'base' });

/** Runs in an order; those without a value come last either way, and equal ones stay as they were. */
export function sortRuns(runs: readonly RunSummaryFragment[], { column, descending }: RunOrder): RunSummaryFragment[] {
  const valueOf =
    column === 'name'
      ? ({ name }: RunSummaryFragment) => name
      : RUN_COLUMNS.find(({ key }) => key === column)?.sortValueOf;
  if (valueOf === undefined) return [...runs];
  const valued = runs.map((run) => ({ run, value: valueOf(run) }));
  const sign = descending ? -1 : 1;
  return valued
    .sort((a, b) => {
      const [aMissing, bMissing] = [isMissing(a.value), isMissing(b.value)];
      if (aMissing || bMissing) return Number(aMissing) - Number(bMissing);
      return sign * compareValues(a.value!, b.value!);
    })
    .map(({ run }) => run);
}

function isMissing(value: number | string | null): boolean {
  return value === null || value === '' || value === '–';
}

function compareValues(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}
