import { shallowRef } from 'vue';
import type { ShallowRef } from 'vue';
import { messageOf } from '../graphql/client.ts';
import {
  CancelRunDocument,
  DeleteRunDocument,
  PauseRunDocument,
  RenameRunDocument,
  ResumeRunDocument,
} from '../graphql/documents.ts';
import { sendMutation } from '../graphql/request.ts';

export interface UseRunActionsReturn {
  busy: ShallowRef<boolean>;
  error: ShallowRef<string | null>;
  pause: (id: string) => Promise<boolean>;
  resume: (id: string) => Promise<boolean>;
  cancel: (id: string) => Promise<boolean>;
  remove: (id: string) => Promise<boolean>;
  rename: (id: string, name: string) => Promise<boolean>;
}

/** What can be done to a run. Each answers whether it worked; `error` has the reason if not. */
export function useRunActions(): UseRunActionsReturn {
  const busy = shallowRef(false);
  const error = shallowRef<string | null>(null);

  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    busy.value = true;
    try {
      await work();
      error.value = null;
      return true;
    } catch (failure) {
      error.value = messageOf(failure);
      return false;
    } finally {
      busy.value = false;
    }
  }

  return {
    busy,
    error,
    pause: (id) => attempt(() => sendMutation(PauseRunDocument, { id })),
    resume: (id) => attempt(() => sendMutation(ResumeRunDocument, { id })),
    cancel: (id) => attempt(() => sendMutation(CancelRunDocument, { id })),
    remove: (id) => attempt(() => sendMutation(DeleteRunDocument, { id })),
    rename: (id, name) => attempt(() => sendMutation(RenameRunDocument, { id, name })),
  };
}
