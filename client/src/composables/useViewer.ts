import { computed, shallowRef } from 'vue';
import type { ComputedRef, ShallowRef } from 'vue';
import { viewTicket } from '../graphql/credential.ts';
import { ViewerDocument } from '../graphql/documents.ts';
import type { Role, ViewerQuery } from '../graphql/generated/graphql.ts';
import { fetchQuery } from '../graphql/request.ts';

export type Viewer = ViewerQuery['viewer'];

const RANKS: readonly Role[] = ['VIEWER', 'EDITOR', 'ADMIN'];
const viewer = shallowRef<Viewer | null>(null);

/** Asks the server who we are; null while it does not answer. */
export async function loadViewer(): Promise<Viewer | null> {
  try {
    viewer.value = (await fetchQuery(ViewerDocument, {})).viewer;
  } catch {
    // A server that is starting: its pages say so themselves, and ask again.
    viewer.value = null;
  }
  return viewer.value;
}

export interface UseViewerReturn {
  viewer: ShallowRef<Viewer | null>;
  /** Whether controls for changing things are shown; the server decides for itself in any case. */
  mayEdit: ComputedRef<boolean>;
  isAdmin: ComputedRef<boolean>;
  /** Whether layouts may be taken away as files. */
  mayDownload: ComputedRef<boolean>;
}

/** What the person at this page may do. */
export function useViewer(): UseViewerReturn {
  const rank = computed(() => {
    if (viewTicket.value !== null) return -1;
    // Until the server has answered, a machine without a login is the common case.
    return viewer.value === null ? RANKS.length : RANKS.indexOf(viewer.value.role ?? ('' as Role));
  });
  return {
    viewer,
    mayEdit: computed(() => rank.value >= 1),
    isAdmin: computed(() => rank.value >= 2 && viewer.value?.loginRequired === true),
    mayDownload: computed(() => viewTicket.value?.allowDownload ?? true),
  };
}
