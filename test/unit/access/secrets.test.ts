import { describe, expect, it } from 'vitest';
import { hashSecret, isSecret, newSecret, sameBytes } from '../../../server/access/secrets.ts';
import { ShareLinkService } from '../../../server/access/shareLinks.ts';
import { ViewTickets } from '../../../server/access/viewTickets.ts';
import type { Store } from '../../../server/storage/store.ts';

const LINK = `share_${'a'.repeat(20)}`;
const NOW = new Date('2030-01-01T00:00:00.000Z');

describe('A secret', () => {
  it('is never the same twice, and is found again by its hash alone', () => {
    const made = Array.from({ length: 100 }, newSecret);
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(100);
    for (const { secret, hash } of made) {
      expect(isSecret(secret)).toBe(true);
      expect(sameBytes(hashSecret(secret), hash)).toBe(true);
    }
  });

  it('is compared in a time that does not tell where it differs', () => {
    const right = hashSecret('right');
    const early = Uint8Array.from(right, (byte, index) => (index === 0 ? byte ^ 1 : byte));
    const late = Uint8Array.from(right, (byte, index) => (index === 31 ? byte ^ 1 : byte));
    const times = { early: [] as number[], late: [] as number[] };
    for (let round = 0; round < 400; round++) {
      // Alternating, so that whatever else the machine does falls on both alike.
      for (const [name, wrong] of [['early', early] as const, ['late', late] as const]) {
        const start = process.hrtime.bigint();
        for (let i = 0; i < 200; i++) sameBytes(right, wrong);
        times[name].push(Number(process.hrtime.bigint() - start));
      }
    }
    const ratio = median(times.late) / median(times.early);
    expect(ratio).toBeGreaterThan(0.67);
    expect(ratio).toBeLessThan(1.5);
  });
});

describe('A share link', () => {
  it('opens for the hash of its own token alone, also where a store finds more by it', async () => {
    const { secret, hash } = newSecret();
    const link = { id: LINK, runIds: ['run_1'], revokedAt: null, expiresAt: null };
    const opens = async (tokenHash: Uint8Array): Promise<boolean> => {
      const shareLinks = { findShareLinkByTokenHash: () => Promise.resolve({ link, tokenHash }) };
      const store = { shareLinks, runs: { findRun: (id: string) => Promise.resolve({ id }) } } as unknown as Store;
      return (await new ShareLinkService(store, new ViewTickets('a key of this test')).preview(secret)) !== null;
    };
    expect(await opens(hash)).toBe(true);
    for (const place of [0, 31]) {
      expect(await opens(Uint8Array.from(hash, (byte, index) => (index === place ? byte ^ 1 : byte)))).toBe(false);
    }
  });
});

describe('A view ticket', () => {
  const tickets = new ViewTickets('a key of this test');

  it('names its link for an hour, and not longer than the link itself works', () => {
    const { ticket, expiresAt } = tickets.issue(LINK, NOW, null);
    expect(expiresAt.getTime() - NOW.getTime()).toBe(ViewTickets.lifetimeMs);
    expect(tickets.check(ticket, new Date(expiresAt.getTime() - 1))).toEqual({ linkId: LINK, expiresAt });
    expect(tickets.check(ticket, expiresAt)).toBeNull();
    const end = new Date(NOW.getTime() + 5000);
    expect(tickets.issue(LINK, NOW, end).expiresAt).toEqual(end);
  });

  it('is refused with any one character changed, and when another server signed it', () => {
    const { ticket } = tickets.issue(LINK, NOW, null);
    for (let i = 0; i < ticket.length; i++) {
      const other = ticket[i] === 'B' ? 'C' : 'B';
      const changed = ticket.slice(0, i) + other + ticket.slice(i + 1);
      const sameBits =
        i === ticket.length - 1 &&
        Buffer.from(changed.slice(-43), 'base64url').equals(Buffer.from(ticket.slice(-43), 'base64url'));
      if (!sameBits) expect(tickets.check(changed, NOW), changed).toBeNull();
    }
    expect(tickets.check(new ViewTickets('another key').issue(LINK, NOW, null).ticket, NOW)).toBeNull();
  });
});

function median(values: number[]): number {
  return values.sort((left, right) => left - right)[Math.floor(values.length / 2)];
}
