import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import type { FuzzTargetModule } from '../fuzz/fuzzTarget.ts';

const names = readdirSync(join(packageRoot, 'test/fuzz/targets')).map((file) => file.replace(/\.ts$/, ''));
/** Inputs for each entrance: few, as this is part of every test run; `npm run fuzz` looks for longer. */
const RUNS = 40;

/** Inputs that once found a defect, named TARGET.WHAT. */
const foundFolder = join(packageRoot, 'test/fixtures/fuzz');
const found = readdirSync(foundFolder);

/** A change of a well-formed input. */
type Damage = (bytes: Uint8Array) => Uint8Array;

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const cut = place.map(
  (share): Damage =>
    (bytes) =>
      bytes.subarray(0, Math.floor(share * bytes.length)),
);
const flip = fc.tuple(place, fc.nat(255)).map(([share, value]): Damage => {
  return (bytes) => bytes.map((byte, i) => (i === Math.floor(share * bytes.length) ? byte ^ value : byte));
});
const overwrite = fc
  .tuple(place, fc.constantFrom('ffffffff', '00000000', '7fffffffffffffff', '22', '5d', '0d0a'))
  .map(([share, hex]): Damage => {
    return (bytes) => {
      const changed = Uint8Array.from(bytes);
      const content = Buffer.from(hex, 'hex').subarray(0, bytes.length);
      changed.set(content, Math.min(Math.floor(share * bytes.length), bytes.length - content.length));
      return changed;
    };
  });
const repeat = fc.tuple(place, fc.integer({ min: 2, max: 40 })).map(([share, times]): Damage => {
  return (bytes) => {
    const part = bytes.subarray(Math.floor(share * bytes.length));
    return Buffer.concat([bytes, ...Array.from({ length: times }, () => part)]);
  };
});
const damages = fc.array(fc.oneof(flip, overwrite, cut, repeat), { minLength: 0, maxLength: 4 });

describe('Every entrance takes any bytes, or refuses them with one clear line:', () => {
  it.each(names)('%s', async (name) => {
    const { target } = (await import(`../fuzz/targets/${name}.ts`)) as FuzzTargetModule;
    const seeds = await target.seeds();
    const damaged = fc
      .tuple(fc.constantFrom(...seeds), damages)
      .map(([seed, changes]) => changes.reduce((bytes, change) => (bytes.length === 0 ? bytes : change(bytes)), seed));
    for (const seed of seeds) await target.take(seed);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ arbitrary: damaged, weight: 4 }, fc.uint8Array({ maxLength: 200 })),
        async (bytes) => {
          await target.take(bytes);
        },
      ),
      { numRuns: RUNS, seed: 9 },
    );
  });

  it.each(found)('what once found a defect: %s', async (name) => {
    const { target } = (await import(`../fuzz/targets/${name.split('.')[0]}.ts`)) as FuzzTargetModule;
    await target.take(readFileSync(join(foundFolder, name)));
  });
});
