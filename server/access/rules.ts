import type { Role } from '../storage/access.ts';

/**
 * Who may call a field of the API:
 * - a role: whoever has it or a higher one;
 * - PUBLIC: everybody, without a login;
 * - PARENT: whoever was given the object that the field belongs to.
 */
export interface FieldRule {
  readonly needs: Role | 'PUBLIC' | 'PARENT';
  /** The runs that a call is about: a share link to all of them opens this field too. */
  readonly runs?: (args: Readonly<Record<string, unknown>>) => readonly unknown[];
  /** False for a mutation that writes its own audit entry. */
  readonly audited?: boolean;
  /** Whether somebody's rights may end with it, so that open sockets are looked at again. */
  readonly endsRights?: boolean;
}

const view: FieldRule = { needs: 'VIEWER' };
const edit: FieldRule = { needs: 'EDITOR' };
const administer: FieldRule = { needs: 'ADMIN' };
const everybody: FieldRule = { needs: 'PUBLIC' };
const parent: FieldRule = { needs: 'PARENT' };

/**
 * The rules of the API, the only place that has them. Every query, mutation and subscription needs one, and every other
 * field that leads to an object with an id; without one a field is closed to all but admins, and a test fails.
 */
export const FIELD_RULES: Readonly<Record<string, FieldRule>> = {
  'Query.compareRuns': { needs: 'VIEWER', runs: ({ left, right }) => [left, right] },
  'Query.datasets': view,
  'Query.embeddingSets': view,
  'Query.models': view,
  'Query.neighbors': { needs: 'VIEWER', runs: ({ runId }) => [runId] },
  'Query.node': { needs: 'VIEWER', runs: ({ id }) => [id] },
  'Query.run': { needs: 'VIEWER', runs: ({ id }) => [id] },
  'Query.runs': view,
  'Query.server': { needs: 'VIEWER', runs: () => [] },
  'Query.runStability': { needs: 'VIEWER', runs: ({ runIds }) => runIds as readonly unknown[] },
  'Query.sharedView': everybody,
  'Query.viewer': everybody,
  'Query.invitation': everybody,
  'Query.members': administer,
  'Query.invitations': administer,
  'Query.apiTokens': view,
  'Query.auditLog': administer,

  'Mutation.startRun': edit,
  'Mutation.startSweep': edit,
  'Mutation.pauseRun': edit,
  'Mutation.resumeRun': edit,
  'Mutation.cancelRun': edit,
  'Mutation.deleteRun': { needs: 'EDITOR', endsRights: true },
  'Mutation.updateRun': edit,
  'Mutation.steerRun': edit,
  'Mutation.createShareLink': edit,
  'Mutation.revokeShareLink': { needs: 'EDITOR', endsRights: true },
  'Mutation.acceptInvitation': { needs: 'PUBLIC', audited: false },
  'Mutation.inviteMember': administer,
  'Mutation.revokeInvitation': administer,
  'Mutation.changeMember': { needs: 'ADMIN', endsRights: true },
  'Mutation.createApiToken': view,
  'Mutation.revokeApiToken': { needs: 'VIEWER', endsRights: true },

  'Subscription.runProgress': { needs: 'VIEWER', runs: ({ runId }) => [runId] },
  'Subscription.runsChanged': view,
  'Subscription.runDeleted': view,

  'Dataset.embeddingSets': view,
  'Dataset.runs': view,
  'EmbeddingSet.dataset': parent,
  'Run.dataset': parent,
  'Run.embeddingSet': parent,
  'Run.shareLinks': edit,
  'RunProgress.run': parent,
  'SharedView.runs': parent,
  'RunConnection.nodes': parent,
  'RunEdge.node': parent,
  'EmbeddingSetConnection.nodes': parent,
  'EmbeddingSetEdge.node': parent,
};

/** A field that nobody has thought about. */
export const NO_RULE: FieldRule = administer;

/**
 * Who may ask for an address:
 * - PUBLIC: everybody; what is there says nothing about runs or people;
 * - FIELDS: everybody, as the rules of the API decide about each field;
 * - IMAGES, EXPORTS: viewers, and share links as far as they reach;
 * - a role.
 */
export interface RouteRule {
  readonly path: string;
  readonly needs: 'PUBLIC' | 'FIELDS' | 'IMAGES' | 'EXPORTS' | Role;
}

/** By the start of the path; what has no rule here is not served at all. */
export const ROUTE_RULES: readonly RouteRule[] = [
  { path: '/healthz', needs: 'PUBLIC' },
  { path: '/readyz', needs: 'PUBLIC' },
  { path: '/metrics', needs: 'VIEWER' },
  { path: '/graphql', needs: 'FIELDS' },
  { path: '/api/auth', needs: 'PUBLIC' },
  { path: '/images', needs: 'IMAGES' },
  { path: '/atlas', needs: 'IMAGES' },
  { path: '/exports', needs: 'EXPORTS' },
  { path: '/placements', needs: 'VIEWER' },
  // A signed name of the picture of one link is the right to see that picture.
  { path: '/previews', needs: 'PUBLIC' },
  { path: '/docs', needs: 'PUBLIC' },
];
