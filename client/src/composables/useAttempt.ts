import { shallowRef, type ShallowRef } from 'vue';
import { messageOf } from '../graphql/client.ts';

export interface Attempt {
  /** Why the last one failed; null while it runs and when it went well. */
  readonly problem: Readonly<ShallowRef<string | null>>;
  readonly busy: Readonly<ShallowRef<boolean>>;
  /** Runs the action; a failure becomes the `problem`. */
  readonly attempt: (action: () => Promise<void>) => Promise<void>;
}

/** What a form does when it is sent. */
export function useAttempt(): Attempt {
  const problem = shallowRef<string | null>(null);
  const busy = shallowRef(false);
  async function attempt(action: () => Promise<void>): Promise<void> {
    busy.value = true;
    problem.value = null;
    try {
      await action();
    } catch (failure) {
      problem.value = messageOf(failure);
    } finally {
      busy.value = false;
    }
  }
  return { problem, busy, attempt };
}
