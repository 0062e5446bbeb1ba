import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../server/geometry/random.ts';
import { distFile } from '../../../server/paths.ts';
import { instantiateKernels, type EngineMemory } from '../../../server/projection/engineMemory.ts';
import { prepareEngine } from '../../../server/projection/prepareEngine.ts';
import type { LayoutGeometry, ProjectionInput } from '../../../server/projection/projection.ts';
import {
  partitionFunction,
  referenceForces,
  referenceGradient,
  referenceLoss,
  type ReferenceProblem,
} from '../../../server/projection/reference.ts';
import { conditionalSimilarities, symmetrize } from '../../../server/projection/similarities.ts';
import { similaritiesOf } from '../../support/gradientFixtures.ts';
import { clusteredVectors, projectionInput } from '../../support/projectionFixtures.ts';

const GEOMETRIES: LayoutGeometry[] = ['poincare', 'euclidean'];

let module: WebAssembly.Module;
beforeAll(() => {
  module = new WebAssembly.Module(readFileSync(distFile('wasm/projection.wasm')));
});

/** Points spread over the disk out to |u| ≈ 0.97, or over a plane of some kernel widths. */
function scatteredPositions(count: number, seed: number): Float64Array {
  const random = new Random(seed);
  const positions = new Float64Array(2 * count);
  for (let i = 0; i < count; i++) {
    const x = random.normal();
    const y = random.normal();
    const radius = 0.97 * Math.tanh(0.8 * Math.hypot(x, y));
    positions.set([(x / Math.hypot(x, y)) * radius, (y / Math.hypot(x, y)) * radius], 2 * i);
  }
  return positions;
}

function numericalGradient(problem: ReferenceProblem): Float64Array {
  const step = 1e-6;
  return problem.positions.map((value, at) => {
    const lossAt = (moved: number) => {
      const positions = problem.positions.slice();
      positions[at] = moved;
      return referenceLoss({ ...problem, positions });
    };
    const pair = problem.positions.subarray(at - (at % 2), at - (at % 2) + 2);
    const frame = problem.curved ? (1 - pair[0]! ** 2 - pair[1]! ** 2) / 2 : 0.5;
    return (frame * (lossAt(value + step) - lossAt(value - step))) / (2 * step);
  });
}

function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let size = 0;
  for (let at = 0; at < expected.length; at++) {
    difference += (actual[at]! - expected[at]!) ** 2;
    size += expected[at]! ** 2;
  }
  return Math.sqrt(difference / size);
}

/** The kernels' forces at a layout that they have optimized for some iterations, and the same layout as a problem. */
function optimized(input: ProjectionInput, iterations: number): { memory: EngineMemory; problem: ReferenceProblem } {
  const memory = prepareEngine(input);
  const kernels = instantiateKernels(module, memory.memory);
  kernels.coordinate(iterations);
  kernels.computeForces();
  const problem = {
    similarities: similaritiesOf(input),
    positions: memory.doubles('positions').slice(),
    scale: memory.number('scale'),
    curved: input.parameters.geometry === 'poincare',
  };
  return { memory, problem };
}

describe('reference', () => {
  it.each(GEOMETRIES)('has the gradient of its loss, by finite differences (%s)', (geometry) => {
    for (let seed = 1; seed <= 10; seed++) {
      const input = projectionInput(clusteredVectors(24, 6, seed));
      const problem = {
        similarities: similaritiesOf(input),
        positions: scatteredPositions(24, seed),
        scale: geometry === 'poincare' ? 3 : 0.5,
        curved: geometry === 'poincare',
      };
      expect(relativeError(referenceGradient(problem), numericalGradient(problem))).toBeLessThan(1e-6);
    }
  });
});

describe('kernels', () => {
  // While the layout unfolds, and near its rest: there pull and push nearly cancel, so that the same error of the push
  // is a larger share of the little gradient that remains, and only the push is held.
  it.each(GEOMETRIES)('give attraction, repulsion and Z of the reference (%s)', (geometry) => {
    const input = projectionInput(clusteredVectors(1000, 8, 3), { geometry, curvatureScale: 8, iterations: 200 });
    for (const iterations of [45, 150]) {
      const { memory, problem } = optimized(input, iterations);
      const exact = referenceForces(problem);
      expect(relativeError(memory.doubles('attractions'), exact.attraction)).toBeLessThan(1e-4);
      expect(relativeError(memory.doubles('repulsions'), exact.repulsion)).toBeLessThan(0.06);
      expect(Math.abs(memory.number('partition') / partitionFunction(problem) - 1)).toBeLessThan(0.015);
    }
  });

  it.each(GEOMETRIES)('give the gradient of the reference to 6 % while the layout unfolds (%s)', (geometry) => {
    const input = projectionInput(clusteredVectors(1000, 8, 3), { geometry, curvatureScale: 8, iterations: 200 });
    const { memory, problem } = optimized(input, 45);
    const factor = 8 * problem.scale ** 2;
    const repulsion = memory.doubles('repulsions');
    const gradient = memory
      .doubles('attractions')
      .map((force, at) => factor * (force - repulsion[at]! / memory.number('partition')));
    expect(relativeError(gradient, referenceGradient(problem))).toBeLessThan(0.06);
  });

  it('err less with a smaller opening angle, within what docs/layout-engine.md tells of it', () => {
    const input = projectionInput(clusteredVectors(1000, 8, 3), { curvatureScale: 8, iterations: 200 });
    const memory = prepareEngine(input);
    const kernels = instantiateKernels(module, memory.memory);
    kernels.coordinate(150);
    const positions = memory.doubles('positions').slice();
    const problem = { similarities: similaritiesOf(input), positions, scale: memory.number('scale'), curved: true };
    const exact = referenceForces(problem).repulsion;
    const partition = partitionFunction(problem);
    const errorsAt = (theta: number) => {
      memory.setNumber('theta', theta);
      kernels.computeForces();
      const z = Math.abs(memory.number('partition') / partition - 1);
      return { repulsion: relativeError(memory.doubles('repulsions'), exact), z };
    };
    const errors = [0.2, 0.5, 0.8, 1.2].map(errorsAt);
    const limits = [0.002, 0.015, 0.06, 0.3];
    errors.forEach(({ repulsion, z }, at) => {
      expect(repulsion).toBeLessThan(limits[at]!);
      expect(z).toBeLessThan(limits[at]!);
      if (at > 0) expect(repulsion).toBeGreaterThan(errors[at - 1]!.repulsion);
    });
  });

  it('reports every fifth iteration the loss of the reference for the layout before it, and carries it on', () => {
    const input = projectionInput(clusteredVectors(300, 8, 4), { curvatureScale: 4, iterations: 100 });
    const memory = prepareEngine(input);
    const kernels = instantiateKernels(module, memory.memory);
    kernels.coordinate(40);
    const positions = memory.doubles('positions').slice();
    kernels.coordinate(1);
    const problem = { similarities: similaritiesOf(input), positions, scale: 4, curved: true };
    const loss = memory.doubles('statistics', 4)[0];
    expect(loss).toBeCloseTo(referenceLoss(problem), 2);
    kernels.coordinate(5);
    const losses = [0, 1, 2, 3, 4].map((step) => memory.doubles('statistics', 20)[4 * step]);
    expect(losses.slice(0, 4)).toEqual([loss, loss, loss, loss]);
    expect(losses[4]).not.toBe(loss);
  });
});

describe('similarities', () => {
  it('are symmetric, add up to 1, and have the perplexity that was asked for', () => {
    const { graph } = projectionInput(clusteredVectors(200, 5, 7), { perplexity: 20 });
    const conditional = conditionalSimilarities(graph, graph.k, 20);
    for (let i = 0; i < 200; i++) {
      const row = conditional.subarray(i * graph.k, (i + 1) * graph.k);
      const entropy = row.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
      expect(Math.exp(entropy)).toBeCloseTo(20, 4);
    }
    const { rowStarts, columns, weights } = symmetrize(graph, graph.k, conditional);
    const dense = new Map<number, number>();
    for (let i = 0; i < 200; i++) {
      for (let edge = rowStarts[i]!; edge < rowStarts[i + 1]!; edge++) {
        if (weights[edge]! > 0) dense.set(i * 200 + columns[edge]!, weights[edge]!);
      }
    }
    expect([...dense.values()].reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    for (const [at, p] of dense) expect(dense.get((at % 200) * 200 + Math.floor(at / 200))).toBeCloseTo(p, 9);
  });

  it('spread evenly over neighbors that are all equally far, as duplicates are', () => {
    const vectors = { rows: 12, dimension: 2, values: new Float32Array(24).fill(1) };
    const { graph } = projectionInput(vectors, { perplexity: 3 });
    expect([...new Set(conditionalSimilarities(graph, graph.k, 3))]).toEqual([Math.fround(1 / graph.k)]);
  });
});

describe('layouts', () => {
  it('never hold a NaN or a point outside the disk, whatever the input', () => {
    const inputs = fc.record({
      rows: fc.integer({ min: 3, max: 60 }),
      dimension: fc.integer({ min: 1, max: 5 }),
      seed: fc.integer({ min: 0, max: 1000 }),
      magnitude: fc.constantFrom(0, 1e-9, 1, 1e9),
      copies: fc.integer({ min: 1, max: 4 }),
      curvatureScale: fc.constantFrom('auto' as const, 0.1, 1, 50),
      geometry: fc.constantFrom('poincare' as const, 'euclidean' as const),
      iterations: fc.integer({ min: 1, max: 120 }),
    });
    fc.assert(
      fc.property(inputs, ({ rows, dimension, seed, magnitude, copies, ...parameters }) => {
        const { values } = clusteredVectors(rows, dimension, seed);
        const repeated = values.map((_, at) => {
          const row = Math.floor(at / dimension);
          return magnitude * values[(row - (row % copies)) * dimension + (at % dimension)]!;
        });
        const memory = prepareEngine(projectionInput({ rows, dimension, values: repeated }, parameters));
        instantiateKernels(module, memory.memory).coordinate(parameters.iterations);
        const positions = memory.doubles('positions');
        for (let i = 0; i < rows; i++) {
          const radius = Math.hypot(positions[2 * i]!, positions[2 * i + 1]!);
          expect(Number.isFinite(radius) && (radius < 1 || parameters.geometry === 'euclidean')).toBe(true);
        }
        const figures = memory.doubles('statistics', 4 * parameters.iterations);
        expect(figures.every((figure) => Number.isFinite(figure))).toBe(true);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('part all-equal points into distinct places', () => {
    const same = { rows: 50, dimension: 3, values: new Float32Array(150).fill(0.5) };
    const memory = prepareEngine(projectionInput(same));
    instantiateKernels(module, memory.memory).coordinate(100);
    const positions = memory.doubles('positions');
    expect(new Set(Array.from({ length: 50 }, (_, i) => `${positions[2 * i]} ${positions[2 * i + 1]}`)).size).toBe(50);
  });
});
