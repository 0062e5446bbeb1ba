import { describe, expect, it } from 'vitest';
import { newId } from '../../../server/storage/ids.ts';
import { decodeCursor, encodeCursor } from '../../../server/storage/pages.ts';

describe('identifiers and cursors', () => {
  it('gives identifiers of a prefix and 20 characters that are safe in an address, each once', () => {
    const ids = Array.from({ length: 100 }, () => newId('run'));
    expect(ids.every((id) => /^run_[\w-]{20}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(100);
  });

  it('reads a cursor back, and refuses what is none', () => {
    expect(decodeCursor(encodeCursor(123_456_789_012n))).toBe(123_456_789_012n);
    for (const cursor of ['', 'x', encodeCursor(-1n), encodeCursor(10n ** 18n)]) {
      expect(() => decodeCursor(cursor)).toThrow(/is not a cursor; give one from an earlier page/);
    }
  });
});
