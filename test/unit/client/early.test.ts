import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askEarly, forgetEarly, takeEarly } from '../../../client/src/graphql/early.ts';
import type { TypedDocumentString } from '../../../client/src/graphql/generated/graphql.ts';

const QUERY = 'query Run($id: ID!) { run(id: $id) { id } }' as unknown as TypedDocumentString<
  { run: { id: string } },
  { id: string }
>;

describe('A question that is asked before the page is here', () => {
  const fetched = vi.fn<typeof fetch>();

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('fetch', fetched);
    fetched.mockReset();
    fetched.mockImplementation(async () => Response.json({ data: { run: { id: 'a' } } }));
  });
  afterEach(async () => {
    // Every test ends as a page does, with whatever it did not take.
    await takeEarly('the end', {});
    vi.runAllTimers();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is asked once, and its answer given out once', async () => {
    void askEarly(QUERY, { id: 'a' });
    expect(await askEarly(QUERY, { id: 'a' })).toEqual({ run: { id: 'a' } });
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(await takeEarly(String(QUERY), { id: 'a' })).toEqual({ run: { id: 'a' } });
    expect(await takeEarly(String(QUERY), { id: 'a' })).toBeNull();
  });

  it('is the answer to nothing else', async () => {
    void askEarly(QUERY, { id: 'a' });
    expect(await takeEarly(String(QUERY), { id: 'b' })).toBeNull();
    expect(await takeEarly(`${String(QUERY)} `, { id: 'a' })).toBeNull();
  });

  it('carries the right of a share link in its header alone', async () => {
    await askEarly(QUERY, { id: 'a' }, 'secret');
    const [url, { headers, body } = {}] = fetched.mock.calls[0]!;
    expect(url).toBe('/graphql');
    expect(headers).toMatchObject({ authorization: 'Bearer secret' });
    expect(body).not.toContain('secret');
  });

  it.each([
    ['an error of the server', async () => Response.json({ data: { run: null }, errors: [{ message: 'no' }] })],
    ['a page that is no answer', async () => new Response('<p>502</p>')],
    ['no network', () => Promise.reject(new TypeError('Failed to fetch'))],
  ])('has no answer after %s, so that the page asks again and hears why', async (_, answer) => {
    fetched.mockImplementation(answer);
    expect(await askEarly(QUERY, { id: 'a' })).toBeNull();
    expect(await takeEarly(String(QUERY), { id: 'a' })).toBeNull();
  });

  it("is nobody else's answer: a login forgets what was asked before it", async () => {
    void askEarly(QUERY, { id: 'a' });
    forgetEarly();
    expect(await takeEarly(String(QUERY), { id: 'a' })).toBeNull();
  });

  it('is forgotten soon after the page has begun to ask: what it did not take is out of date', async () => {
    void askEarly(QUERY, { id: 'a' });
    await takeEarly('another', {});
    await vi.advanceTimersByTimeAsync(3001);
    expect(await takeEarly(String(QUERY), { id: 'a' })).toBeNull();
  });
});
