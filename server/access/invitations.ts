import { BadInputError, NotFoundError } from '../errors.ts';
import { ROLES, type Invitation, type Role } from '../storage/access.ts';
import type { Store } from '../storage/store.ts';
import { auditName, type Actor } from './actor.ts';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, type Logins } from './logins.ts';
import { hashSecret, isSecret, newSecret, sameBytes } from './secrets.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 90;
const MAX_TEXT_LENGTH = 200;
const EMAIL = /^[^\s@]+@[^\s@]+$/;
/** Who "made" the link for the first admin. */
const SETUP = 'the first start';

export interface NewInvitation {
  readonly role: Role;
  /** For whom it is. */
  readonly note: string;
  readonly days: number;
}

export interface Joining {
  readonly token: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Links with which a person makes a login of their own, once. The store knows only the SHA-256 of a token. */
export class InvitationService {
  readonly #store: Store;
  readonly #logins: Logins;
  readonly #now: () => Date;

  constructor(store: Store, logins: Logins, now: () => Date = () => new Date()) {
    this.#store = store;
    this.#logins = logins;
    this.#now = now;
  }

  async create(input: NewInvitation, actor: Actor): Promise<{ invitation: Invitation; token: string }> {
    const { role, note, days } = input;
    if (!ROLES.includes(role)) throw new BadInputError(`role: is one of ${ROLES.join(', ').toLowerCase()}`);
    if (!(days > 0 && days <= MAX_DAYS)) throw new BadInputError(`days: ${days} is not between 1 and ${MAX_DAYS}`);
    if (note.length > MAX_TEXT_LENGTH) throw new BadInputError(`note: at most ${MAX_TEXT_LENGTH} characters`);
    return this.#make({ role, note, days, createdBy: auditName(actor).actorName });
  }

  /**
   * A link for the first admin, when nobody has a login yet; null otherwise. Links of earlier starts stop working, so
   * that one that is left in an old terminal opens nothing.
   */
  async createSetupToken(): Promise<string | null> {
    if ((await this.#store.members.countMembers()) > 0) return null;
    await this.#store.invitations.revokeInvitationsOf(SETUP);
    return (await this.#make({ role: 'ADMIN', note: 'first admin', days: 1, createdBy: SETUP })).token;
  }

  /** What a link offers; null for one that is unknown, used, withdrawn or too old: nobody learns which. */
  async find(token: string): Promise<Invitation | null> {
    if (!isSecret(token)) return null;
    const hash = hashSecret(token);
    const found = await this.#store.invitations.findInvitationByTokenHash(hash);
    if (found === null || !sameBytes(found.tokenHash, hash)) return null;
    const { invitation } = found;
    if (invitation.acceptedAt !== null || invitation.revokedAt !== null) return null;
    return invitation.expiresAt > this.#now() ? invitation : null;
  }

  /**
   * Makes a login and uses the link up.
   * @throws BadInputError for a bad name, address or password, after which the link still works; NotFoundError when it
   * does not work; ConflictError when the address has a login.
   */
  async accept(joining: Joining): Promise<{ id: string; name: string; role: Role }> {
    const name = joining.name.trim();
    const email = joining.email.trim();
    if (name === '' || name.length > MAX_TEXT_LENGTH) {
      throw new BadInputError(`name: needs 1 to ${MAX_TEXT_LENGTH} characters`);
    }
    if (!EMAIL.test(email) || email.length > MAX_TEXT_LENGTH) {
      throw new BadInputError('email: is no mail address, such as ada@example.org');
    }
    const { length } = joining.password;
    if (length < MIN_PASSWORD_LENGTH || length > MAX_PASSWORD_LENGTH) {
      throw new BadInputError(
        `password: has ${length} characters, needs ${MIN_PASSWORD_LENGTH} to ${MAX_PASSWORD_LENGTH}`,
      );
    }
    const invitation = await this.find(joining.token);
    // Used up first: of two people with the same link, one makes a login.
    if (invitation === null || !(await this.#store.invitations.acceptInvitation(invitation.id, this.#now()))) {
      throw new NotFoundError('this invitation was used, withdrawn or is too old; ask for a new one');
    }
    const { role } = invitation;
    try {
      return { id: await this.#logins.createMember({ name, email, role, password: joining.password }), name, role };
    } catch (error) {
      await this.#store.invitations.releaseInvitation(invitation.id);
      throw error;
    }
  }

  list(): Promise<Invitation[]> {
    return this.#store.invitations.listOpenInvitations(this.#now());
  }

  revoke(id: string): Promise<Invitation> {
    return this.#store.invitations.revokeInvitation(id);
  }

  async #make({ role, note, days, createdBy }: NewInvitation & { readonly createdBy: string }) {
    const { secret, hash } = newSecret();
    const expiresAt = new Date(this.#now().getTime() + days * DAY_MS);
    const invitation = await this.#store.invitations.createInvitation({
      tokenHash: hash,
      role,
      note: note.trim(),
      createdBy,
      expiresAt,
    });
    return { invitation, token: secret };
  }
}
