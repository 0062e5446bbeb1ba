import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { ConflictError } from '../errors.ts';
import type { Logger } from '../logging.ts';
import { ROLES, type Role } from '../storage/access.ts';
import type { Store } from '../storage/store.ts';
import type { Actor } from './actor.ts';

export const MIN_PASSWORD_LENGTH = 12;
export const MAX_PASSWORD_LENGTH = 128;
const DAY_SECONDS = 86_400;
/** Where the peer's address is handed to the login library, which counts attempts by it; set by us alone. */
export const PEER_HEADER = 'x-circle-limit-peer';

export interface LoginOptions {
  readonly store: Store;
  readonly signingKey: string;
  /** The address of the page behind a proxy, such as https://disk.example.org. */
  readonly publicUrl: string | undefined;
  readonly log: Logger;
}

/** Accounts, passwords and sessions, by better-auth: nothing here hashes a password or makes a cookie itself. */
export class Logins {
  readonly #auth: ReturnType<typeof createAuth>;

  constructor(options: LoginOptions) {
    this.#auth = createAuth(options);
  }

  /** Answers the library's own routes, of which the web server lets a few through. */
  handle(request: Request): Promise<Response> {
    return this.#auth.handler(request);
  }

  /** The person whose session cookie these headers have, or null. */
  async actorOf(headers: Headers): Promise<Actor | null> {
    const found = await this.#auth.api.getSession({ headers, query: { disableRefresh: true } });
    if (found === null) return null;
    const { user, session } = found;
    if (user.disabledAt != null || !ROLES.includes(user.role as Role)) return null;
    return {
      kind: 'user',
      id: user.id,
      name: user.name,
      role: user.role as Role,
      sessionId: session.id,
      expiresAt: new Date(session.expiresAt),
    };
  }

  /** Makes a login. @throws ConflictError when the address has one already */
  async createMember(member: { name: string; email: string; role: Role; password: string }): Promise<string> {
    const { internalAdapter, password } = await this.#auth.$context;
    const email = member.email.toLowerCase();
    if ((await internalAdapter.findUserByEmail(email)) !== null) {
      throw new ConflictError(`email: ${email} has a login already`);
    }
    const hash = await password.hash(member.password);
    const user = await internalAdapter.createUser(
      { name: member.name, email, emailVerified: true, role: member.role },
      { method: 'email-password' },
    );
    await internalAdapter.linkAccount({
      userId: user.id,
      providerId: 'credential',
      accountId: user.id,
      password: hash,
    });
    return user.id;
  }
}

function createAuth({ store, signingKey, publicUrl, log }: LoginOptions) {
  return betterAuth({
    appName: 'Circle Limit',
    ...(publicUrl === undefined ? {} : { baseURL: publicUrl }),
    basePath: '/api/auth',
    secret: signingKey,
    database: store.logins,
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      // A login is made with an invitation, never by whoever comes along.
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
    },
    user: {
      additionalFields: {
        role: { type: 'string', required: true, input: false },
        disabledAt: { type: 'date', required: false, input: false },
      },
    },
    session: { expiresIn: 7 * DAY_SECONDS, updateAge: DAY_SECONDS },
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            const member = await store.members.findMember(session.userId);
            if (member === null || member.disabledAt !== null) {
              throw new APIError('FORBIDDEN', { message: 'this login was withdrawn; ask an admin' });
            }
          },
        },
      },
    },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 100,
      customRules: { '/sign-in/email': { window: 60, max: 10 }, '/change-password': { window: 60, max: 10 } },
    },
    advanced: {
      cookiePrefix: 'circle-limit',
      useSecureCookies: publicUrl?.startsWith('https:') ?? false,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict', path: '/' },
      ipAddress: { ipAddressHeaders: [PEER_HEADER] },
    },
    // The web server compares Origin with its own address before anything comes here.
    trustedOrigins: (request) => {
      const origin = request?.headers.get('origin');
      return origin == null ? [] : [origin];
    },
    logger: {
      log: (level, message) => {
        if (level === 'error') log.error(message);
        else log.debug(message);
      },
    },
  });
}
