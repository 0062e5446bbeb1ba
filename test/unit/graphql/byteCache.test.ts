import { describe, expect, it } from 'vitest';
import { ByteCache } from '../../../server/graphql/byteCache.ts';

const load = (value: string, bytes: number, calls: string[]) => () => {
  calls.push(value);
  return Promise.resolve({ value, bytes });
};

describe('ByteCache', () => {
  it('loads once for callers at the same time', async () => {
    const calls: string[] = [];
    const cache = new ByteCache<string>(100);
    await Promise.all([cache.get('a', load('a', 10, calls)), cache.get('a', load('a', 10, calls))]);
    expect(calls).toEqual(['a']);
  });

  it('forgets what was used longest ago, not what was used just now', async () => {
    const calls: string[] = [];
    const cache = new ByteCache<string>(100);
    const get = (key: string) => cache.get(key, load(key, 40, calls));
    for (const key of ['a', 'b', 'a', 'c']) await get(key);
    calls.length = 0;
    for (const key of ['a', 'c', 'b']) await get(key);
    expect(calls).toEqual(['b']);
  });

  it('does not keep a failure', async () => {
    const cache = new ByteCache<string>(100);
    await expect(cache.get('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(await cache.get('a', load('a', 1, []))).toBe('a');
  });
});
