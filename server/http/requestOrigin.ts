import type { IncomingMessage } from 'node:http';

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Whether a request comes from this machine's own pages. The server listens on a loopback address without a login, so a
 * page of another site must not reach it: neither directly (Origin) nor by a name that it points to 127.0.0.1 (Host,
 * "DNS rebinding"). Programs send no Origin and may pass.
 * @returns what is wrong in one sentence, or null.
 */
export function refuseForeign({ headers }: Pick<IncomingMessage, 'headers'>): string | null {
  const { host, origin } = headers;
  if (host === undefined || !isLoopback(`http://${host}`)) {
    return `Host ${host ?? '(none)'} is not this machine; use http://127.0.0.1 or http://localhost`;
  }
  if (origin !== undefined && !isLoopback(origin)) return `Origin ${origin} may not use this server`;
  return null;
}

function isLoopback(address: string): boolean {
  try {
    return LOOPBACK_NAMES.has(new URL(address).hostname);
  } catch {
    return false;
  }
}
