import { numberIn } from '../../server/geometry/diskView.ts';
import {
  RunDocument,
  RunLayoutDocument,
  RunPointsDocument,
  ServerDocument,
  SharedViewDocument,
  ViewerDocument,
} from './graphql/documents.ts';
import { askEarly } from './graphql/early.ts';
import { readPageAddress } from './pageAddress.ts';

/**
 * Begins everything that the page at an address waits for, at once and side by side: its scripts and its first
 * questions. Loaded before all other scripts, so that it needs next to nothing itself. A browser has six
 * connections to a server: what is soon answered comes first, then scripts, then layouts.
 * @param address path and query
 */
export function openEarly(address: string): void {
  const { page, id, view } = readPageAddress(address);
  if (page === 'shared') void askForShared(id);
  else if (page !== 'gate') {
    void askEarly(ViewerDocument, {});
    void askEarly(ServerDocument, {});
  }
  if (page === 'shared') preload(() => import('./pages/SharedPage.vue'));
  if (page === 'compare') preload(() => import('./pages/ComparePage.vue'));
  if (page === 'run') preload(() => import('./pages/RunPage.vue'));
  if (page === 'run') askForRun(id, view);
}

async function askForShared(token: string): Promise<void> {
  const answer = await askEarly(SharedViewDocument, { token });
  if (answer?.sharedView == null) return;
  const { runs, viewState, ticket } = answer.sharedView;
  if (runs.length === 1) askForRun(runs[0]!.id, new URLSearchParams(viewState), ticket);
}

/** What the page of a run shows first. */
function askForRun(id: string, view: URLSearchParams, ticket?: string): void {
  void askEarly(RunDocument, { id }, ticket);
  const iteration = numberIn(view.get('i') ?? undefined, 0, Number.MAX_SAFE_INTEGER);
  void askEarly(RunLayoutDocument, { id, iteration }, ticket);
  void askEarly(RunPointsDocument, { id }, ticket);
}

/** A page that does not load is told of by the router, which tries again. */
function preload(load: () => Promise<unknown>): void {
  load().catch(() => undefined);
}
