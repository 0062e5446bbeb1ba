import { PointSet } from './pointSet.ts';

/** How a new set of points and the selection come together. */
export type SelectionMode = 'replace' | 'add' | 'remove';

/** The selection with what was selected before it and what was undone. */
export interface SelectionHistory {
  readonly present: PointSet;
  readonly past: readonly PointSet[];
  readonly future: readonly PointSet[];
}

/** Sets that undo remembers: at 60,000 points 7.5 KB each. */
const REMEMBERED = 100;

export function emptyHistory(pointCount: number): SelectionHistory {
  return { present: PointSet.none(pointCount), past: [], future: [] };
}

/** One step that undo takes back; a step that changes nothing is none. */
export function select(history: SelectionHistory, points: PointSet, mode: SelectionMode): SelectionHistory {
  const { present, past } = history;
  const next = mode === 'replace' ? points : mode === 'add' ? present.union(points) : present.difference(points);
  if (next.equals(present)) return history;
  return { present: next, past: [...past, present].slice(-REMEMBERED), future: [] };
}

export function undo(history: SelectionHistory): SelectionHistory {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { present: before, past: history.past.slice(0, -1), future: [history.present, ...history.future] };
}

export function redo(history: SelectionHistory): SelectionHistory {
  const [after, ...future] = history.future;
  return after === undefined ? history : { present: after, past: [...history.past, history.present], future };
}
