import { BadInputError, ConflictError, ForbiddenError, NotFoundError } from '../errors.ts';
import { ROLES, type ApiToken, type Role } from '../storage/access.ts';
import type { Store } from '../storage/store.ts';
import { includesRole, lowerRole, roleOf, type Actor } from './actor.ts';
import { hashSecret, isSecret, newSecret, sameBytes } from './secrets.ts';

/** So that a token is recognized where it turns up by mistake. */
export const TOKEN_PREFIX = 'clt_';
const DAY_MS = 86_400_000;
const MAX_DAYS = 366;
const MAX_NAME_LENGTH = 100;
/** A use is noted once a minute: often enough to know, seldom enough not to write at every request. */
const TOUCH_AFTER_MS = 60_000;

export interface NewApiToken {
  readonly name: string;
  readonly role: Role;
  readonly days: number;
}

/** Tokens with which programs act for a person. */
export class ApiTokenService {
  readonly #store: Store;
  readonly #now: () => Date;

  constructor(store: Store, now: () => Date = () => new Date()) {
    this.#store = store;
    this.#now = now;
  }

  /** A token for the person who asks; one that a token asks for may no more and lasts no longer than that one. */
  async create(input: NewApiToken, actor: Actor): Promise<{ token: ApiToken; secret: string }> {
    if (actor.kind !== 'user' && actor.kind !== 'token') {
      throw new ConflictError('this server asks for no login, so it needs no tokens');
    }
    const latest = actor.kind === 'token' ? actor.expiresAt : null;
    return this.createFor(actor.id, input, roleOf(actor)!, latest);
  }

  /** @throws BadInputError, NotFoundError, ForbiddenError when the role is above `ceiling` */
  async createFor(userId: string, input: NewApiToken, ceiling: Role, latest: Date | null = null) {
    const name = input.name.trim();
    if (name === '' || name.length > MAX_NAME_LENGTH) {
      throw new BadInputError(`name: needs 1 to ${MAX_NAME_LENGTH} characters, such as "nightly script"`);
    }
    if (!ROLES.includes(input.role)) throw new BadInputError(`role: is one of ${ROLES.join(', ').toLowerCase()}`);
    if (!(input.days > 0 && input.days <= MAX_DAYS)) {
      throw new BadInputError(`days: ${input.days} is not between 1 and ${MAX_DAYS}; every token expires`);
    }
    if (!includesRole(ceiling, input.role)) {
      throw new ForbiddenError(`role: ${input.role.toLowerCase()} is more than you may yourself`);
    }
    const wanted = this.#now().getTime() + input.days * DAY_MS;
    const expiresAt = new Date(Math.min(wanted, latest?.getTime() ?? wanted));
    const { secret, hash } = newSecret();
    const token = await this.#store.apiTokens.createApiToken({
      tokenHash: hash,
      userId,
      name,
      role: input.role,
      expiresAt,
    });
    return { token, secret: TOKEN_PREFIX + secret };
  }

  /** Who acts with this token; null for one that is unknown, forged, expired or withdrawn, or whose owner is out. */
  async actorOf(text: string): Promise<Actor | null> {
    const secret = text.slice(TOKEN_PREFIX.length);
    if (!text.startsWith(TOKEN_PREFIX) || !isSecret(secret)) return null;
    const hash = hashSecret(secret);
    const found = await this.#store.apiTokens.findApiTokenByHash(hash);
    if (found === null || !sameBytes(found.tokenHash, hash)) return null;
    const { token, owner } = found;
    const now = this.#now();
    if (token.revokedAt !== null || token.expiresAt <= now || owner.disabledAt !== null) return null;
    if (now.getTime() - (token.lastUsedAt?.getTime() ?? 0) > TOUCH_AFTER_MS) {
      await this.#store.apiTokens.touchApiToken(token.id);
    }
    return {
      kind: 'token',
      id: owner.id,
      name: owner.name,
      role: lowerRole(token.role, owner.role),
      tokenId: token.id,
      expiresAt: token.expiresAt,
    };
  }

  /** Tokens of the person who asks. */
  async list(actor: Actor): Promise<ApiToken[]> {
    return actor.kind === 'user' || actor.kind === 'token' ? this.#store.apiTokens.listApiTokens(actor.id) : [];
  }

  /** One's own; an admin may withdraw any. @throws NotFoundError */
  async revoke(id: string, actor: Actor): Promise<ApiToken> {
    const token = await this.#store.apiTokens.findApiToken(id);
    const own = (actor.kind === 'user' || actor.kind === 'token') && token?.userId === actor.id;
    if (token === null || (!own && roleOf(actor) !== 'ADMIN')) throw new NotFoundError(`you have no token ${id}`);
    return this.#store.apiTokens.revokeApiToken(id);
  }
}
