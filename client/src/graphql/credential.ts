import { shallowRef } from 'vue';

/** What a share link gave: it opens the shared runs and nothing else. */
export interface ViewTicket {
  readonly ticket: string;
  readonly allowDownload: boolean;
}

/** Set while a shared view is shown; everybody else is known by the session cookie. */
export const viewTicket = shallowRef<ViewTicket | null>(null);

/** Counts how often the server said that the caller's rights are over. */
export const refusals = shallowRef(0);

/** The address of an image or file, with the right to see it: an `<img>` cannot send a header. */
export function resourceUrl(path: string): string {
  const ticket = viewTicket.value?.ticket;
  return ticket === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}ticket=${ticket}`;
}
