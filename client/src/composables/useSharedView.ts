import { useDocumentVisibility, useIntervalFn } from '@vueuse/core';
import { onScopeDispose, shallowRef, watch } from 'vue';
import type { ShallowRef } from 'vue';
import { isPassing, messageOf, reconnect } from '../graphql/client.ts';
import { refusals, viewTicket } from '../graphql/credential.ts';
import { KeyframesDocument, SharedViewDocument } from '../graphql/documents.ts';
import type { SharedViewQuery } from '../graphql/generated/graphql.ts';
import { fetchQuery } from '../graphql/request.ts';

export type SharedView = NonNullable<SharedViewQuery['sharedView']>;

export interface UseSharedViewReturn {
  shared: ShallowRef<SharedView | null>;
  error: ShallowRef<string | null>;
}

const ENDED =
  'This link has expired or was withdrawn, or what it shows was deleted. Ask whoever sent it for a new one.';
const RETRY_MS = 1500;
/** A new ticket is fetched so long before the old one ends. */
const RENEW_BEFORE_MS = 60_000;
const CHECK_EVERY_MS = 20_000;

/**
 * Opens a share link. While its page is shown, every question of the page is asked with the link's rights alone; they
 * are renewed in time, and the page says when they have ended.
 */
export function useSharedView(token: string): UseSharedViewReturn {
  const shared = shallowRef<SharedView | null>(null);
  const error = shallowRef<string | null>(null);
  const visibility = useDocumentVisibility();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;

  async function open(): Promise<void> {
    clearTimeout(timer);
    asking = true;
    try {
      // Asked without the old ticket, which may have ended.
      viewTicket.value = null;
      const { sharedView } = await fetchQuery(SharedViewDocument, { token });
      if (sharedView == null) throw new Error(ENDED);
      const { ticket, allowDownload, ticketExpiresAt } = sharedView;
      viewTicket.value = { ticket, allowDownload };
      if (shared.value === null) {
        reconnect();
        shared.value = sharedView;
      }
      const left = new Date(ticketExpiresAt).getTime() - Date.now();
      timer = setTimeout(() => void open(), Math.max(1000, left - RENEW_BEFORE_MS));
    } catch (failure) {
      if (isPassing(failure)) {
        timer = setTimeout(() => void open(), RETRY_MS);
      } else {
        shared.value = null;
        error.value = messageOf(failure);
      }
    } finally {
      asking = false;
    }
  }

  /** A finished run has no socket that would be closed: its page looks itself whether it may still be shown. */
  async function check(): Promise<void> {
    const run = shared.value?.runs[0];
    if (run === undefined || visibility.value === 'hidden') return;
    const answer = await fetchQuery(KeyframesDocument, { id: run.id }).catch(() => null);
    // A right that has ended is a refusal, of which the watcher below hears.
    if (answer !== null && answer.run == null) void open();
  }
  useIntervalFn(() => void check(), CHECK_EVERY_MS);
  watch(visibility, () => void check());

  watch(refusals, () => {
    if (!asking && error.value === null) void open();
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    viewTicket.value = null;
    reconnect();
  });
  void open();
  return { shared, error };
}
