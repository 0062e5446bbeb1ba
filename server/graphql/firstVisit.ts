import type { Services } from './context.ts';
import { toRunType } from './toRunType.ts';

/**
 * Reads what the page of the newest run shows, as its first visitor will ask for it: the database has it at hand then,
 * the latest used is kept in memory, and the code has run once. Some tenths of a second that nobody waits for.
 */
export async function prepareFirstVisit({ runs, loadedRuns, frames }: Services): Promise<void> {
  const { items } = await runs.list({ first: 1 });
  for (const { value: run } of items) {
    const [points, frame] = await Promise.all([loadedRuns.points(toRunType(run)), runs.layout(run.id)]);
    await points.recallPerPoint;
    if (frame !== null) frames.encode(frame, 'INT16');
  }
}
