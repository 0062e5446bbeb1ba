import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DeliveryTurns } from '../../../server/stream/deliveryTurns.ts';

describe('Turns of deliveries', () => {
  it('let a few deliver at once and the others in later turns of the event loop, in order', async () => {
    const turns = new DeliveryTurns();
    const delivered: number[] = [];
    for (let i = 0; i < 20; i++) turns.take(() => delivered.push(i));
    const counts = [delivered.length];
    while (delivered.length < 20) {
      await nextTurn();
      counts.push(delivered.length);
    }
    expect(delivered).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(counts).toEqual([8, 16, 20]);
  });

  it('put one that asks again behind those that wait', async () => {
    const turns = new DeliveryTurns();
    const delivered: string[] = [];
    const greedy = (): void => {
      delivered.push('greedy');
      if (delivered.length < 6) turns.take(greedy);
    };
    // After a whole turn of others all have to wait.
    for (let i = 0; i < 8; i++) turns.take(() => undefined);
    turns.take(greedy);
    turns.take(() => delivered.push('modest'));
    while (delivered.length < 6) await nextTurn();
    expect(delivered).toEqual(['greedy', 'modest', 'greedy', 'greedy', 'greedy', 'greedy']);
  });
});
