import { UnauthenticatedError } from '../errors.ts';
import type { Logger } from '../logging.ts';
import type { Store } from '../storage/store.ts';
import { ANONYMOUS, LOCAL, lowerRole, type Actor } from './actor.ts';
import { ApiTokenService, TOKEN_PREFIX } from './apiTokens.ts';
import { AuditLog } from './auditLog.ts';
import { InvitationService } from './invitations.ts';
import { LiveAccess } from './liveAccess.ts';
import { Logins } from './logins.ts';
import { ShareLinkService } from './shareLinks.ts';
import { readSigningKey } from './signingKey.ts';
import { ViewTickets } from './viewTickets.ts';

/** What a request shows to say who sends it. */
export interface Credentials {
  /** With the session cookie, and perhaps `Authorization: Bearer …`. */
  readonly headers: Headers;
  /** A token or ticket from elsewhere: the first message of a socket, or the address of an image. */
  readonly token?: string | undefined;
}

const BEARER = /^bearer +(\S+)$/i;

/** Who asks, and the parts that say what they may. */
export class Access {
  /** Whether nobody may do anything without a login. */
  readonly required: boolean;
  readonly logins: Logins;
  readonly invitations: InvitationService;
  readonly apiTokens: ApiTokenService;
  readonly shareLinks: ShareLinkService;
  readonly audit: AuditLog;
  readonly live: LiveAccess;
  readonly #store: Store;

  constructor(options: {
    readonly store: Store;
    readonly required: boolean;
    readonly signingKey: string;
    readonly publicUrl: string | undefined;
    readonly log: Logger;
  }) {
    const { store, required, signingKey } = options;
    this.#store = store;
    this.required = required;
    this.logins = new Logins(options);
    this.invitations = new InvitationService(store, this.logins);
    this.apiTokens = new ApiTokenService(store);
    this.shareLinks = new ShareLinkService(store, new ViewTickets(signingKey));
    this.audit = new AuditLog(store.audit, options.log);
    this.live = new LiveAccess((actor) => this.#renew(actor));
  }

  /**
   * Who sends these credentials. What is shown must be good: a bad token is refused, never taken for no token.
   * @throws UnauthenticatedError
   */
  async identify({ headers, token }: Credentials): Promise<Actor> {
    const authorization = headers.get('authorization');
    const shown = token ?? (authorization === null ? undefined : (BEARER.exec(authorization)?.[1] ?? ''));
    if (shown !== undefined) return this.#identifyToken(shown);
    if (!this.required) return LOCAL;
    return (await this.logins.actorOf(headers)) ?? ANONYMOUS;
  }

  close(): void {
    this.live.close();
  }

  async #identifyToken(shown: string): Promise<Actor> {
    const isToken = shown.startsWith(TOKEN_PREFIX);
    const actor = isToken ? await this.apiTokens.actorOf(shown) : await this.shareLinks.actorOf(shown);
    if (actor !== null) return actor;
    throw new UnauthenticatedError(
      isToken ? 'this token is unknown, expired or withdrawn' : 'this view is closed; open its link again',
    );
  }

  /** The rights of an actor as they are now; null when there are none left. */
  async #renew(actor: Actor): Promise<Actor | null> {
    switch (actor.kind) {
      case 'anonymous':
      case 'local':
        return actor;
      case 'link':
        return actor.expiresAt > new Date() ? this.shareLinks.actorOfLink(actor.linkId, actor.expiresAt) : null;
      case 'user': {
        const [member, present] = await Promise.all([
          this.#store.members.findMember(actor.id),
          this.#store.members.hasSession(actor.sessionId),
        ]);
        return member === null || member.disabledAt !== null || !present ? null : { ...actor, role: member.role };
      }
      case 'token': {
        const [member, token] = await Promise.all([
          this.#store.members.findMember(actor.id),
          this.#store.apiTokens.findApiToken(actor.tokenId),
        ]);
        if (member === null || member.disabledAt !== null) return null;
        if (token === null || token.revokedAt !== null || token.expiresAt <= new Date()) return null;
        return { ...actor, role: lowerRole(token.role, member.role) };
      }
    }
  }
}

/** Opens what decides about access to a store. */
export async function openAccess(options: {
  readonly store: Store;
  readonly home: string;
  readonly required: boolean;
  readonly authSecret: string | undefined;
  readonly publicUrl: string | undefined;
  readonly log: Logger;
}): Promise<Access> {
  return new Access({ ...options, signingKey: await readSigningKey(options.home, options.authSecret) });
}
