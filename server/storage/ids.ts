import { randomBytes } from 'node:crypto';

/** A new identifier such as `run_Vb3…`: the prefix, `_`, and 20 characters that are safe in an address (120 random bits). */
export function newId(prefix: 'dataset' | 'set' | 'run' | 'share' | 'invitation' | 'token'): string {
  return `${prefix}_${randomBytes(15).toString('base64url')}`;
}
