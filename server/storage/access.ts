import type { Page, PageRequest } from './store.ts';

/** What a person or a program may do; each role may all that the ones before it may. */
export const ROLES = ['VIEWER', 'EDITOR', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

/** A person with a login. */
export interface Member {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** Since when this person may do nothing any more. */
  readonly disabledAt: Date | null;
  readonly createdAt: Date;
}

export interface MemberStore {
  countMembers(): Promise<number>;
  /** In the order in which they joined. */
  listMembers(): Promise<Member[]>;
  findMember(id: string): Promise<Member | null>;
  findMemberByEmail(email: string): Promise<Member | null>;
  /** Whether a session is neither ended nor out of date. */
  hasSession(id: string): Promise<boolean>;
  /**
   * Changes role or access, unless nobody would be left who is an admin.
   * @throws NotFoundError; ConflictError when it would take away the last admin.
   */
  changeMember(id: string, change: { readonly role?: Role; readonly disabledAt?: Date | null }): Promise<Member>;
}

export interface Invitation {
  readonly id: string;
  readonly role: Role;
  /** For whom it is, in words of the inviting person. */
  readonly note: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface InvitationStore {
  /** `tokenHash` is the SHA-256 of the token; the token itself is never stored. */
  createInvitation(invitation: {
    readonly tokenHash: Uint8Array;
    readonly role: Role;
    readonly note: string;
    readonly createdBy: string;
    readonly expiresAt: Date;
  }): Promise<Invitation>;
  findInvitationByTokenHash(
    tokenHash: Uint8Array,
  ): Promise<{ readonly invitation: Invitation; readonly tokenHash: Uint8Array } | null>;
  /** Those that can still be accepted, newest first. */
  listOpenInvitations(now: Date): Promise<Invitation[]>;
  /** Uses an invitation up. @returns false when it was used, withdrawn or out of date already: only one caller gets true. */
  acceptInvitation(id: string, now: Date): Promise<boolean>;
  /** Makes an invitation good again whose acceptance failed afterwards. */
  releaseInvitation(id: string): Promise<void>;
  /** @throws NotFoundError */
  revokeInvitation(id: string): Promise<Invitation>;
  /** Withdraws every open invitation that `createdBy` made. */
  revokeInvitationsOf(createdBy: string): Promise<void>;
}

export interface ApiToken {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  /** The most that it may do; its owner's role may allow less. */
  readonly role: Role;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

export interface ApiTokenStore {
  /** `tokenHash` is the SHA-256 of the token; the token itself is never stored. @throws NotFoundError without the user */
  createApiToken(token: {
    readonly tokenHash: Uint8Array;
    readonly userId: string;
    readonly name: string;
    readonly role: Role;
    readonly expiresAt: Date;
  }): Promise<ApiToken>;
  findApiToken(id: string): Promise<ApiToken | null>;
  /** A token with its hash as stored, so that the caller compares the two itself, and its owner. */
  findApiTokenByHash(
    tokenHash: Uint8Array,
  ): Promise<{ readonly token: ApiToken; readonly tokenHash: Uint8Array; readonly owner: Member } | null>;
  /** Of one person, newest first. */
  listApiTokens(userId: string): Promise<ApiToken[]>;
  /** The time of the first revocation stays. @throws NotFoundError */
  revokeApiToken(id: string): Promise<ApiToken>;
  touchApiToken(id: string): Promise<void>;
}

/** Who did what. */
export interface AuditEntry {
  readonly at: Date;
  /** `local`, `user`, `token`, `link`, or `system`. */
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly actorName: string;
  /** Such as `startRun`: the name of the operation. */
  readonly action: string;
  /** Id of what was acted on. */
  readonly subject: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface AuditFilter {
  readonly actorName?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
}

export interface AuditStore {
  record(entry: Omit<AuditEntry, 'at'>): Promise<void>;
  listEntries(page: PageRequest, filter?: AuditFilter): Promise<Page<AuditEntry>>;
}
