import { ForbiddenError, UnauthenticatedError } from '../errors.ts';
import { ROLES, type Role } from '../storage/access.ts';

/** Who asks for something. */
export type Actor =
  /** Nobody that we know. */
  | { readonly kind: 'anonymous' }
  /** Whoever sits at this machine, where no login is asked for. */
  | { readonly kind: 'local' }
  /** A person with a login. */
  | {
      readonly kind: 'user';
      readonly id: string;
      readonly name: string;
      readonly role: Role;
      readonly sessionId: string;
      readonly expiresAt: Date;
    }
  /** A program with a token of that person. */
  | {
      readonly kind: 'token';
      readonly id: string;
      readonly name: string;
      readonly role: Role;
      readonly tokenId: string;
      readonly expiresAt: Date;
    }
  /** Whoever opened a share link: sees its runs, nothing else. */
  | {
      readonly kind: 'link';
      readonly linkId: string;
      readonly runIds: readonly string[];
      readonly allowDownload: boolean;
      readonly expiresAt: Date;
    };

export const ANONYMOUS: Actor = { kind: 'anonymous' };
export const LOCAL: Actor = { kind: 'local' };

export function includesRole(held: Role, needed: Role): boolean {
  return ROLES.indexOf(held) >= ROLES.indexOf(needed);
}

/** The lower one of two roles. */
export function lowerRole(left: Role, right: Role): Role {
  return includesRole(left, right) ? right : left;
}

/** The role in which somebody acts; null for those that have none. */
export function roleOf(actor: Actor): Role | null {
  if (actor.kind === 'local') return 'ADMIN';
  return actor.kind === 'user' || actor.kind === 'token' ? actor.role : null;
}

/** @throws UnauthenticatedError when a login might help, ForbiddenError when it would not. */
export function requireRole(actor: Actor, needed: Role, what: string): void {
  const role = roleOf(actor);
  if (role !== null && includesRole(role, needed)) return;
  if (actor.kind === 'anonymous') throw new UnauthenticatedError(`${what}: log in first`);
  if (actor.kind === 'link')
    throw new ForbiddenError(`${what}: a share link shows its own runs only, and changes nothing`);
  throw new ForbiddenError(
    `${what}: needs the role ${needed.toLowerCase()}, and yours is ${String(role).toLowerCase()}`,
  );
}

/** As who somebody is written into the audit log. */
export function auditName(actor: Actor): { actorKind: string; actorId: string | null; actorName: string } {
  switch (actor.kind) {
    case 'anonymous':
      return { actorKind: 'anonymous', actorId: null, actorName: 'somebody without a login' };
    case 'local':
      return { actorKind: 'local', actorId: null, actorName: 'this machine' };
    case 'user':
    case 'token':
      return { actorKind: actor.kind, actorId: actor.id, actorName: actor.name };
    case 'link':
      return { actorKind: 'link', actorId: actor.linkId, actorName: 'a share link' };
  }
}
