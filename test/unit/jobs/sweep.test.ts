import { describe, expect, it } from 'vitest';
import { BadInputError } from '../../../server/errors.ts';
import { toSweepOrders } from '../../../server/jobs/sweep.ts';

const free = () => Promise.resolve(false);
const base = { dataset: 'emoji', model: 'nano', iterations: 50 };

describe('A sweep', () => {
  it('is every combination as one group, the seeds of one setting in a row', async () => {
    const orders = await toSweepOrders({ base, seeds: [1, 2], perplexities: [5, 15] }, free);
    expect(orders.map(({ seed, perplexity }) => [perplexity, seed])).toEqual([
      [5, 1],
      [5, 2],
      [15, 1],
      [15, 2],
    ]);
    expect(new Set(orders.map(({ group }) => group))).toEqual(new Set(['emoji · nano, 2 perplexities × 2 seeds']));
    expect(orders[3]).toMatchObject({ ...base, name: 'emoji · nano · perplexity 15 · seed 2' });
  });

  it('is named after what varies alone', async () => {
    const [first] = await toSweepOrders({ base, seeds: [1, 2], perplexities: [5], models: ['other'] }, free);
    expect(first).toMatchObject({ model: 'other', perplexity: 5, name: 'emoji · other · seed 1' });
    expect(first!.group).toBe('emoji · other, 2 seeds');
  });

  it('calls a data set and models that are folders by their last part', async () => {
    const models = ['nano', '/weights/own-vit'];
    const [first, second] = await toSweepOrders({ base: { dataset: '/images/photos' }, models }, free);
    expect(first).toMatchObject({ model: 'nano', name: 'photos · model nano', group: 'photos, 2 models' });
    expect(second).toMatchObject({ model: '/weights/own-vit', name: 'photos · model own-vit' });
  });

  it('counts its name up where there is a group of that name', async () => {
    const taken = new Set(['emoji · nano, 2 seeds', 'emoji · nano, 2 seeds (2)']);
    const [first] = await toSweepOrders({ base, seeds: [1, 2] }, (name) => Promise.resolve(taken.has(name)));
    expect(first.group).toBe('emoji · nano, 2 seeds (3)');
  });

  it.each([
    ['nothing varies', {}],
    ['one run is left of equal seeds', { seeds: [3, 3] }],
    ['there are too many runs', { seeds: Array.from({ length: 65 }, (_, seed) => seed) }],
  ])('is refused where %s', async (_, varied) => {
    await expect(toSweepOrders({ base, ...varied }, free)).rejects.toThrow(BadInputError);
  });

  it('gives every run a key of its own, so that asking twice starts nothing twice', async () => {
    const orders = await toSweepOrders({ base: { ...base, idempotencyKey: 'k' }, seeds: [1, 2] }, free);
    expect(orders.map(({ idempotencyKey }) => idempotencyKey)).toEqual(['k/0', 'k/1']);
  });
});
