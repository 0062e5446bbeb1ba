import { expect, test } from '@playwright/test';
import type { WebSocketRoute } from '@playwright/test';
import { askApi, expectStatus, startEmojiRun } from './support.ts';

interface Message {
  readonly type: string;
  readonly payload?: {
    readonly variables?: { readonly statsAfter?: number };
    readonly data?: { readonly runProgress?: { readonly statsSince: readonly { readonly iteration: number }[] } };
  };
}

test('a connection that is lost goes on with the figures where it was: none is missing, none is sent twice', async ({
  page,
  request,
}) => {
  const iterations = 600;
  const id = await startEmojiRun(request, { name: 'Lost and found', limit: 300, iterations });
  const askedAfter: number[] = [];
  const told: number[] = [];
  let socket: WebSocketRoute | undefined;
  await page.routeWebSocket(/\/graphql$/, (route) => {
    socket = route;
    const server = route.connectToServer();
    route.onMessage((text) => {
      const { type, payload } = JSON.parse(String(text)) as Message;
      const after = payload?.variables?.statsAfter;
      if (type === 'subscribe' && after !== undefined) askedAfter.push(after);
      server.send(text);
    });
    server.onMessage((text) => {
      const { payload } = JSON.parse(String(text)) as Message;
      told.push(...(payload?.data?.runProgress?.statsSince ?? []).map(({ iteration }) => iteration));
      route.send(text);
    });
  });
  await page.goto(`/runs/${id}`);
  const status = 'query ($id: ID!) { run(id: $id) { iteration status } }';
  const poll = () => askApi<{ run: { iteration: number; status: string } }>(request, status, { id });
  await expect.poll(async () => (await poll()).run.iteration, { timeout: 60_000, intervals: [20] }).toBeGreaterThan(0);
  await askApi(request, 'mutation ($id: ID!) { pauseRun(id: $id) { id } }', { id });
  await expectStatus(page, 'PAUSED');
  const { iteration } = (await poll()).run;
  // The page knows the state from its first question; the socket may be later.
  await expect.poll(() => told.at(-1)).toBe(iteration);

  await socket?.close();
  await expect.poll(() => askedAfter.length).toBe(2);
  expect(askedAfter).toEqual([0, iteration]);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expectStatus(page, 'DONE');
  expect(told).toEqual(Array.from({ length: iterations }, (_, i) => i + 1));
});
