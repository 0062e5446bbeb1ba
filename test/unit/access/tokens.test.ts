import { describe, expect, it } from 'vitest';
import { ApiTokenService, TOKEN_PREFIX } from '../../../server/access/apiTokens.ts';
import { InvitationService } from '../../../server/access/invitations.ts';
import type { Logins } from '../../../server/access/logins.ts';
import { newSecret } from '../../../server/access/secrets.ts';
import type { Store } from '../../../server/storage/store.ts';

const END = new Date('2030-01-01T00:00:00.000Z');
const BEFORE = new Date(END.getTime() - 1);

/** What a store finds: by the right hash, or, where `place` is given, by one that differs there. */
function storedHash(hash: Uint8Array, place?: number): Uint8Array {
  return Uint8Array.from(hash, (byte, index) => (index === place ? byte ^ 1 : byte));
}

/** Whether a token for programs is taken at a moment. */
async function tokenActs(now: Date, changes: Record<string, unknown> = {}, place?: number): Promise<boolean> {
  const { secret, hash } = newSecret();
  const token = { id: 'token_1', role: 'VIEWER', revokedAt: null, lastUsedAt: now, expiresAt: END, ...changes };
  const found = { token, owner: { id: 'user_1', name: 'Ada', role: 'EDITOR', disabledAt: null } };
  const apiTokens = { findApiTokenByHash: () => Promise.resolve({ ...found, tokenHash: storedHash(hash, place) }) };
  const service = new ApiTokenService({ apiTokens } as unknown as Store, () => now);
  return (await service.actorOf(TOKEN_PREFIX + secret)) !== null;
}

/** Whether the link of an invitation works at a moment. */
async function invitationWorks(now: Date, changes: Record<string, unknown> = {}, place?: number): Promise<boolean> {
  const { secret, hash } = newSecret();
  const invitation = { id: 'invitation_1', acceptedAt: null, revokedAt: null, expiresAt: END, ...changes };
  const found = { invitation, tokenHash: storedHash(hash, place) };
  const invitations = { findInvitationByTokenHash: () => Promise.resolve(found) };
  const service = new InvitationService({ invitations } as unknown as Store, {} as Logins, () => now);
  return (await service.find(secret)) !== null;
}

describe.each([
  ['A token for programs', tokenActs],
  ['The link of an invitation', invitationWorks],
])('%s', (_, isGood) => {
  it('works to its last millisecond, and not after it', async () => {
    expect(await isGood(BEFORE)).toBe(true);
    expect(await isGood(END)).toBe(false);
  });

  it('does not work once it was withdrawn', async () => {
    expect(await isGood(BEFORE, { revokedAt: BEFORE })).toBe(false);
  });

  it('works for its own hash alone, also where a store finds another one by it', async () => {
    for (const place of [0, 31]) expect(await isGood(BEFORE, {}, place)).toBe(false);
  });
});

describe('The link of an invitation', () => {
  it('works once', async () => {
    expect(await invitationWorks(BEFORE, { acceptedAt: BEFORE })).toBe(false);
  });
});
