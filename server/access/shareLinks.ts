import { BadInputError, NotFoundError } from '../errors.ts';
import type { Run } from '../storage/run.ts';
import type { ShareLink, Store } from '../storage/store.ts';
import type { Actor } from './actor.ts';
import { hashSecret, isSecret, newSecret, sameBytes } from './secrets.ts';
import type { ViewTickets } from './viewTickets.ts';

/** A selection of 20,000 points. */
const MAX_VIEW_STATE_LENGTH = 65_536;
const MAX_RUNS = 6;

export interface NewShareLink {
  readonly runIds: readonly string[];
  readonly viewState: string;
  readonly expiresAt?: Date | null | undefined;
  readonly allowDownload?: boolean | null | undefined;
}

/** Links that show a view to whoever has them. The store knows only the SHA-256 of a token, never the token. */
export class ShareLinkService {
  readonly #store: Store;
  readonly #tickets: ViewTickets;
  readonly #now: () => Date;

  constructor(store: Store, tickets: ViewTickets, now: () => Date = () => new Date()) {
    this.#store = store;
    this.#tickets = tickets;
    this.#now = now;
  }

  /** @throws BadInputError, NotFoundError for an unknown run. */
  async create(input: NewShareLink, actor: Actor): Promise<{ link: ShareLink; token: string }> {
    const { runIds, viewState, expiresAt = null, allowDownload } = input;
    if (runIds.length < 1 || runIds.length > MAX_RUNS)
      throw new BadInputError(`runIds: ${runIds.length} ids; one to ${MAX_RUNS} are needed`);
    if (viewState.length > MAX_VIEW_STATE_LENGTH) {
      throw new BadInputError(
        `viewState: ${viewState.length} characters, at most ${MAX_VIEW_STATE_LENGTH}; select fewer points, or by a query`,
      );
    }
    if (expiresAt !== null && expiresAt <= this.#now()) throw new BadInputError('expiresAt: lies in the past');
    for (const id of runIds) {
      if ((await this.#store.runs.findRun(id)) === null) throw new NotFoundError(`no run has the id ${id}`);
    }
    const { secret, hash } = newSecret();
    const link = await this.#store.shareLinks.createShareLink({
      tokenHash: hash,
      runIds,
      viewState,
      expiresAt,
      createdBy: actor.kind === 'user' || actor.kind === 'token' ? actor.name : '',
      allowDownload: allowDownload ?? false,
    });
    return { link, token: secret };
  }

  /** What a token shows; null for one that is unknown, expired or withdrawn: nobody learns which. */
  async open(token: string): Promise<OpenedLink | null> {
    const shown = await this.#find(token);
    if (shown === null) return null;
    await this.#store.shareLinks.touchShareLink(shown.link.id);
    return { ...shown, ...this.#tickets.issue(shown.link.id, this.#now(), shown.link.expiresAt) };
  }

  /** What a token shows, without counting as its use, and the name of its picture. */
  async preview(token: string): Promise<(ShownLink & { readonly picture: string }) | null> {
    const shown = await this.#find(token);
    return shown && { ...shown, picture: this.#tickets.issuePicture(shown.link.id) };
  }

  /** What the picture of this name shows; null when it, or its link, is not good any more. */
  async ofPicture(picture: string): Promise<ShownLink | null> {
    const linkId = this.#tickets.checkPicture(picture);
    return linkId === null ? null : this.#shown(await this.#store.shareLinks.findShareLink(linkId));
  }

  async #find(token: string): Promise<ShownLink | null> {
    if (!isSecret(token)) return null;
    const hash = hashSecret(token);
    const found = await this.#store.shareLinks.findShareLinkByTokenHash(hash);
    return found !== null && sameBytes(found.tokenHash, hash) ? this.#shown(found.link) : null;
  }

  /** The link with its runs, all of which must be there. */
  async #shown(link: ShareLink | null): Promise<ShownLink | null> {
    if (link === null || link.runIds.length === 0 || !this.isGood(link)) return null;
    const runs = await Promise.all(link.runIds.map((id) => this.#store.runs.findRun(id)));
    const present = runs.filter((run) => run !== null);
    return present.length === runs.length ? { link, runs: present } : null;
  }

  /** The rights of a ticket that `open` gave; null when it, or its link, is not good any more. */
  async actorOf(ticket: string): Promise<Actor | null> {
    const claim = this.#tickets.check(ticket, this.#now());
    return claim && this.actorOfLink(claim.linkId, claim.expiresAt);
  }

  async actorOfLink(linkId: string, expiresAt: Date): Promise<Actor | null> {
    const link = await this.#store.shareLinks.findShareLink(linkId);
    if (link === null || link.runIds.length === 0 || !this.isGood(link)) return null;
    return { kind: 'link', linkId, runIds: link.runIds, allowDownload: link.allowDownload, expiresAt };
  }

  isGood(link: ShareLink): boolean {
    return link.revokedAt === null && (link.expiresAt === null || link.expiresAt > this.#now());
  }

  /** @throws NotFoundError */
  async revoke(id: string): Promise<ShareLink> {
    const link = await this.#store.shareLinks.findShareLink(id);
    if (link === null) throw new NotFoundError(`no share link has the id ${id}`);
    return link.revokedAt === null ? this.#store.shareLinks.revokeShareLink(id) : link;
  }
}

/** A link that works, with what it shows. */
export interface ShownLink {
  readonly link: ShareLink;
  readonly runs: readonly Run[];
}

export interface OpenedLink extends ShownLink {
  /** Stands for the link in every further request of the page, until `expiresAt`. */
  readonly ticket: string;
  readonly expiresAt: Date;
}
