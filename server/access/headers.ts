import type { IncomingMessage } from 'node:http';

/** The headers of a Node request as the web's own class, which the login library reads. */
export function headersOf({ headers }: Pick<IncomingMessage, 'headers'>): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    for (const entry of Array.isArray(value) ? value : [value]) result.append(name, entry);
  }
  return result;
}
