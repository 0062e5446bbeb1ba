import { setMaxListeners } from 'node:events';
import { createPubSub, type PubSub } from '@graphql-yoga/subscription';
import type { Run } from '../storage/run.ts';

/** What each topic carries. */
type RunEvents = Record<'runsChanged', [run: Run]> & Record<'runDeleted', [runId: string]>;

/** Small events by topic, with the type of what each carries. Frames go through the FrameHub, never through here. */
export type RunTopics = PubSub<RunEvents>;

export function createRunTopics(): RunTopics {
  // Every watcher is a listener: Node's warning at eleven would be no leak but a team.
  const eventTarget = new EventTarget();
  setMaxListeners(0, eventTarget);
  return createPubSub<RunEvents>({ eventTarget });
}
