import type { IncomingMessage } from 'node:http';

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whose requests a server takes. */
export interface OriginPolicy {
  /** Whether a login keeps strangers out; without one the server answers to names of this machine alone. */
  readonly loginRequired: boolean;
  /** Origin under which people reach the server behind a proxy. */
  readonly publicUrl: string | undefined;
}

type Request = Pick<IncomingMessage, 'headers'>;

/**
 * Whether a request comes from the server's own pages or from a program, which sends no Origin. Without a login a page
 * of another site must not reach the server by a name that it points to 127.0.0.1 either (Host, "DNS rebinding").
 * @returns what is wrong in one sentence, or null.
 */
export function refuseForeign({ headers }: Request, policy: OriginPolicy): string | null {
  const { host, origin } = headers;
  if (host === undefined) return 'Host (none) is needed';
  if (!policy.loginRequired && !isLoopback(`http://${host}`) && !isPublic(`http://${host}`, policy)) {
    return `Host ${host} is not this machine; use http://127.0.0.1 or http://localhost`;
  }
  if (origin !== undefined && !isOwnOrigin(origin, host, policy)) return `Origin ${origin} may not use this server`;
  return null;
}

/**
 * Whether a browser says that another site's page asks for something that it does not open as a page, such as an image
 * or a form's target. Cookies are not sent then, but a server without a login has none to go by.
 */
export function isCrossSite({ headers }: Request): boolean {
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
}

function isOwnOrigin(origin: string, host: string, { loginRequired, publicUrl }: OriginPolicy): boolean {
  if (origin === publicUrl) return true;
  // Two servers of this machine trust each other where nobody logs in, such as one of development and its API.
  if (!loginRequired && isLoopback(origin)) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

function isPublic(address: string, { publicUrl }: OriginPolicy): boolean {
  return publicUrl !== undefined && new URL(address).host === new URL(publicUrl).host;
}

function isLoopback(address: string): boolean {
  try {
    return LOOPBACK_NAMES.has(new URL(address).hostname);
  } catch {
    return false;
  }
}
