import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddingMatrix } from '../../../server/formats/embeddingMatrix.ts';
import { distFile } from '../../../server/paths.ts';
import { instantiateKernels } from '../../../server/projection/engineMemory.ts';
import { prepareEngine } from '../../../server/projection/prepareEngine.ts';
import { DATA_KINDS } from '../../support/dataKinds.ts';
import { projectionInput } from '../../support/projectionFixtures.ts';

let module: WebAssembly.Module;
beforeAll(() => {
  module = new WebAssembly.Module(readFileSync(distFile('wasm/projection.wasm')));
});

/** |u| in ascending order after a whole run with the default parameters. */
function radiiOf(vectors: EmbeddingMatrix): Float64Array {
  const input = projectionInput(vectors);
  const memory = prepareEngine(input);
  const kernels = instantiateKernels(module, memory.memory);
  for (let done = 0; done < input.parameters.iterations; done += 100) kernels.coordinate(100);
  const positions = memory.doubles('positions');
  return Float64Array.from({ length: vectors.rows }, (_, i) =>
    Math.hypot(positions[2 * i], positions[2 * i + 1]),
  ).sort();
}

const atShare = (sorted: Float64Array, share: number): number => sorted[Math.floor(share * (sorted.length - 1))];

describe('The scale that finds itself', () => {
  it.each(['clusters', 'tree', 'Swiss roll', 'duplicates 40 %'])(
    'brings the 99th percentile of |u| to its target (%s)',
    (kind) => {
      const radii = radiiOf(DATA_KINDS[kind](500, 1));
      expect(atShare(radii, 0.99)).toBeGreaterThan(0.93);
      expect(atShare(radii, 0.99)).toBeLessThan(0.96);
      expect(atShare(radii, 1)).toBeLessThan(0.99);
      // Neither a ring nor a dot.
      expect(atShare(radii, 0.1)).toBeLessThan(0.85);
      expect(atShare(radii, 0.5)).toBeGreaterThan(0.6);
    },
  );

  it('lets no single point stay at the rim', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      expect(atShare(radiiOf(DATA_KINDS['Swiss roll'](300, seed)), 1)).toBeLessThan(0.97);
    }
  });

  it.each(Object.keys(DATA_KINDS).flatMap((kind) => [3, 4, 40, 300].map((rows) => [kind, rows] as const)))(
    'keeps every point inside the disk (%s, %i points)',
    (kind, rows) => {
      const radii = radiiOf(DATA_KINDS[kind](rows, 2));
      expect(radii.every((radius) => radius < 1)).toBe(true);
      expect(radii.filter((radius) => radius > 0.99).length / rows).toBeLessThan(0.05);
    },
  );
});
