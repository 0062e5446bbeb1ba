import type { RunSummaryFragment } from '../graphql/generated/graphql.ts';
import { settingsKey } from '../runSettings.ts';

/** Stands between the parts of a name that the server gives. */
const SEPARATOR = ' · ';

/** Runs that differ in nothing but their seed. */
export interface RunGroup {
  readonly key: string;
  readonly runs: readonly RunSummaryFragment[];
  /** What the names of all its runs begin with, by whole parts ("emoji · perplexity 15"); may be empty. */
  readonly name: string;
}

/** Runs by their settings, groups in the order of their first run. */
export function groupRuns(runs: readonly RunSummaryFragment[]): RunGroup[] {
  const groups = new Map<string, RunSummaryFragment[]>();
  for (const run of runs) {
    const key = settingsKey(run);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return Array.from(groups, ([key, members]) => ({ key, runs: members, name: sharedName(members) }));
}

/** What a run is called inside of its group: what the group's name does not say already. */
export function nameWithin(run: RunSummaryFragment, group: RunGroup | null): string {
  const start = group === null || group.name === '' ? '' : `${group.name}${SEPARATOR}`;
  return run.name.startsWith(start) ? run.name.slice(start.length) : run.name;
}

function sharedName(runs: readonly RunSummaryFragment[]): string {
  const [first = [], ...others] = runs.map(({ name }) => name.split(SEPARATOR));
  const end = first.findIndex((part, index) => others.some((parts) => parts[index] !== part));
  return first.slice(0, end < 0 ? first.length : end).join(SEPARATOR);
}

/** Mean and sample standard deviation (n − 1); the deviation is null for one value. */
export interface Summary {
  readonly mean: number;
  readonly deviation: number | null;
  readonly count: number;
}

/** Null where no run has a value. */
export function summarize(values: readonly (number | null)[]): Summary | null {
  const present = values.filter((value) => value !== null);
  const count = present.length;
  if (count === 0) return null;
  const mean = present.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, deviation: null, count };
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)), count };
}

/** 0.328 ± 0.004 */
export function formatSummary(summary: Summary | null, digits: number): string {
  if (summary === null) return '–';
  const { mean, deviation } = summary;
  return deviation === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}
