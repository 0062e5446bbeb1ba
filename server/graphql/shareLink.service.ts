import { createHash, randomBytes } from 'node:crypto';
import { BadInputError, NotFoundError } from '../errors.ts';
import type { Run } from '../storage/run.ts';
import type { ShareLink, Store } from '../storage/store.ts';

const TOKEN_BYTES = 32;
const TOKEN_PATTERN = /^[\w-]{43}$/;
const MAX_VIEW_STATE_LENGTH = 4096;

/** Links that show a view to whoever has them. The store knows only the SHA-256 of a token, never the token. */
export class ShareLinkService {
  readonly #store: Store;
  readonly #now: () => Date;

  constructor(store: Store, now: () => Date = () => new Date()) {
    this.#store = store;
    this.#now = now;
  }

  /** @throws BadInputError, NotFoundError for an unknown run. */
  async create(input: {
    readonly runIds: readonly string[];
    readonly viewState: string;
    readonly expiresAt?: Date | null;
  }): Promise<{ link: ShareLink; token: string }> {
    const { runIds, viewState, expiresAt = null } = input;
    if (runIds.length < 1 || runIds.length > 2)
      throw new BadInputError(`runIds: ${runIds.length} ids; one or two are needed`);
    if (viewState.length > MAX_VIEW_STATE_LENGTH) {
      throw new BadInputError(`viewState: ${viewState.length} characters, at most ${MAX_VIEW_STATE_LENGTH}`);
    }
    if (expiresAt !== null && expiresAt <= this.#now()) throw new BadInputError('expiresAt: lies in the past');
    for (const id of runIds) {
      if ((await this.#store.runs.findRun(id)) === null) throw new NotFoundError(`no run has the id ${id}`);
    }
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const link = await this.#store.shareLinks.createShareLink({ tokenHash: hash(token), runIds, viewState, expiresAt });
    return { link, token };
  }

  /** What a token shows; null for one that is unknown, expired or withdrawn: nobody learns which. */
  async open(token: string): Promise<{ link: ShareLink; runs: Run[] } | null> {
    if (!TOKEN_PATTERN.test(token)) return null;
    const link = await this.#store.shareLinks.findShareLinkByTokenHash(hash(token));
    if (link === null || link.revokedAt !== null) return null;
    if (link.expiresAt !== null && link.expiresAt <= this.#now()) return null;
    const runs = await Promise.all(link.runIds.map((id) => this.#store.runs.findRun(id)));
    const present = runs.filter((run) => run !== null);
    if (present.length !== runs.length) return null;
    await this.#store.shareLinks.touchShareLink(link.id);
    return { link, runs: present };
  }

  /** @throws NotFoundError */
  async revoke(id: string): Promise<ShareLink> {
    const link = await this.#store.shareLinks.findShareLink(id);
    if (link === null) throw new NotFoundError(`no share link has the id ${id}`);
    return link.revokedAt === null ? this.#store.shareLinks.revokeShareLink(id) : link;
  }
}

function hash(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}
