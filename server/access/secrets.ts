import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits: nobody guesses one, so a plain hash of it needs no salt. */
const SECRET_BYTES = 32;
const SECRET_PATTERN = /^[\w-]{43}$/;

/** A new secret for a link or a program, and the hash that is stored in its place. */
export function newSecret(): { readonly secret: string; readonly hash: Uint8Array } {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

/** Whether a text has the form of a secret at all; what has not needs no look into the store. */
export function isSecret(text: string): boolean {
  return SECRET_PATTERN.test(text);
}

/** SHA-256. */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

/** Compares in a time that does not depend on where the two differ. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
