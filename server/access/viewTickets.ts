import { createHmac } from 'node:crypto';
import { sameBytes } from './secrets.ts';

const TICKET = /^clv_(share_[\w-]{20})\.([0-9a-z]{1,11})\.([\w-]{43})$/;
const PICTURE = /^(share_[\w-]{20})\.([\w-]{43})$/;

/**
 * What a page that opened a share link shows with every further question. It names the link and stands for an hour, so
 * that the link's own secret is sent once and never becomes part of the address of an image.
 */
export class ViewTickets {
  static readonly lifetimeMs = 3_600_000;
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  issue(linkId: string, now: Date, linkExpiresAt: Date | null): { readonly ticket: string; readonly expiresAt: Date } {
    const end = Math.min(now.getTime() + ViewTickets.lifetimeMs, linkExpiresAt?.getTime() ?? Infinity);
    const claim = `${linkId}.${end.toString(36)}`;
    return { ticket: `clv_${claim}.${this.#sign(claim).toString('base64url')}`, expiresAt: new Date(end) };
  }

  /** @returns the link it was issued for, or null for one that is forged, mutilated or too old. */
  check(ticket: string, now: Date): { readonly linkId: string; readonly expiresAt: Date } | null {
    const match = TICKET.exec(ticket);
    if (match === null) return null;
    const [, linkId, end, signature] = match;
    if (!sameBytes(Buffer.from(signature, 'base64url'), this.#sign(`${linkId}.${end}`))) return null;
    const expiresAt = new Date(parseInt(end, 36));
    return expiresAt > now ? { linkId, expiresAt } : null;
  }

  /** Names the picture of a link for pages that show links: it opens nothing else, and is no way back to the secret. */
  issuePicture(linkId: string): string {
    return `${linkId}.${this.#sign(`picture ${linkId}`).toString('base64url')}`;
  }

  /** @returns the link whose picture it names, or null for a name that is forged or mutilated. */
  checkPicture(name: string): string | null {
    const match = PICTURE.exec(name);
    if (match === null) return null;
    const [, linkId, signature] = match;
    return sameBytes(Buffer.from(signature, 'base64url'), this.#sign(`picture ${linkId}`)) ? linkId : null;
  }

  #sign(claim: string): Buffer {
    return createHmac('sha256', this.#key).update(`view ticket ${claim}`).digest();
  }
}
