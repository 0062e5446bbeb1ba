import { describe, expect, it } from 'vitest';
import { BadInputError, ConflictError } from '../../../server/errors.ts';
import { createProjectionEngine } from '../../../server/projection/createProjectionEngine.ts';
import { hierarchyRadii } from '../../../server/projection/hierarchy.ts';
import { prepareEngine } from '../../../server/projection/prepareEngine.ts';
import type { ProjectionInput } from '../../../server/projection/projection.ts';
import { hierarchyGradient, hierarchyLoss, type ReferenceProblem } from '../../../server/projection/reference.ts';
import { multiScaleSimilarities } from '../../../server/projection/similarities.ts';
import { spectralCoordinates } from '../../../server/projection/spectralCoordinates.ts';
import { bruteForceGraph, clusteredVectors, projectionInput } from '../../support/projectionFixtures.ts';
import { rankCorrelation, treeVectors } from '../../support/treeVectors.ts';

const vectors = clusteredVectors(200, 8, 5);

async function layOut(input: ProjectionInput): Promise<Float64Array> {
  const engine = await createProjectionEngine(input);
  try {
    await engine.step(input.parameters.iterations);
    return engine.positions();
  } finally {
    await engine.dispose();
  }
}

function radiiOf(positions: Float64Array): number[] {
  return Array.from({ length: positions.length / 2 }, (_, i) => Math.hypot(positions[2 * i]!, positions[2 * i + 1]!));
}

describe('Several perplexities', () => {
  it('give the mean of the similarities that each gives', () => {
    const graph = bruteForceGraph(vectors, 60);
    const dense = (perplexities: number[]) => {
      const { rowStarts, columns, weights } = multiScaleSimilarities(graph, perplexities);
      const matrix = new Float64Array(200 * 200);
      for (let i = 0; i < 200; i++) {
        for (let edge = rowStarts[i]!; edge < rowStarts[i + 1]!; edge++) {
          matrix[i * 200 + columns[edge]!]! += weights[edge]!;
        }
      }
      return matrix;
    };
    const [both, close, wide] = [dense([5, 20]), dense([5]), dense([20])];
    both.forEach((p, at) => expect(p).toBeCloseTo((close[at]! + wide[at]!) / 2, 8));
    expect(both.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
  });
});

describe('The exaggeration', () => {
  it('follows the schedule that was asked for', async () => {
    const choice = { earlyExaggeration: 4, exaggeratedIterations: 7, lateExaggeration: 1.5, iterations: 20 };
    const engine = await createProjectionEngine(projectionInput(vectors, choice));
    const exaggerations = (await engine.step(20)).map(({ exaggeration }) => exaggeration);
    await engine.dispose();
    expect(exaggerations).toEqual([...new Array<number>(7).fill(4), ...new Array<number>(13).fill(1.5)]);
  });
});

describe('The start', () => {
  it('is the same for the same seed, differs between the ways, and always lies in the disk', () => {
    const starts = (['pca', 'spectral', 'random'] as const).map((initialization) => {
      const input = projectionInput(vectors, { initialization });
      const positions = prepareEngine(input).doubles('positions').slice();
      expect(prepareEngine(input).doubles('positions')).toEqual(positions);
      expect(Math.max(...radiiOf(positions))).toBeLessThan(1);
      return positions;
    });
    expect(starts[1]).not.toEqual(starts[0]);
    expect(starts[2]).not.toEqual(starts[0]);
  });

  it('by eigenmaps is orthogonal to the trivial vector and an eigenvector of the graph', () => {
    const ring = Float32Array.from({ length: 240 }, (_, at) => {
      const angle = (2 * Math.PI * Math.floor(at / 2)) / 120;
      return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    });
    const graph = bruteForceGraph({ rows: 120, dimension: 2, values: ring }, 12);
    const coordinates = spectralCoordinates(multiScaleSimilarities(graph, [4]), 1);
    // The first two eigenmaps of a ring are its cosine and sine: all points equally far from the center, in order.
    const radii = radiiOf(coordinates);
    expect(Math.max(...radii) / Math.min(...radii)).toBeLessThan(1.02);
    for (let i = 0; i < 120; i++) {
      const next = (i + 1) % 120;
      const cross = coordinates[2 * i]! * coordinates[2 * next + 1]! - coordinates[2 * i + 1]! * coordinates[2 * next]!;
      expect(Math.abs(cross) / radii[i]! ** 2).toBeCloseTo(Math.sin((2 * Math.PI) / 120), 2);
    }
  });

  it('from an earlier layout keeps its directions, and puts a point that it lacks at a neighbor', () => {
    const layout = Float64Array.from({ length: 400 }, (_, at) => 0.8 * Math.sin(at * 7.3) * Math.cos(at));
    layout[0] = Number.NaN;
    layout[1] = Number.NaN;
    const input = projectionInput(vectors, { initialization: 'layout' });
    const positions = prepareEngine({ ...input, start: layout }).doubles('positions');
    const neighbor = input.graph.indices[0]!;
    expect(
      Math.hypot(positions[0]! - positions[2 * neighbor]!, positions[1]! - positions[2 * neighbor + 1]!),
    ).toBeLessThan(0.02);
    const order = (values: ArrayLike<number>) => Array.from({ length: 199 }, (_, i) => values[2 * (i + 1)]!);
    expect(rankCorrelation(order(layout), order(positions))).toBeGreaterThan(0.99);
  });
});

describe('The hierarchy weight', () => {
  const tree = treeVectors(3, 5, 48, 2);
  const graph = bruteForceGraph(tree.vectors, 60);

  it('knows the depth of every node of a tree from its vectors alone', () => {
    const radii = hierarchyRadii(graph, 3);
    const deepest = tree.depths.map((_, i) =>
      Math.max(...radii.filter((_, j) => tree.depths[j] === tree.depths[i]! - 1)),
    );
    const wrong = radii.filter((radius, i) => tree.depths[i]! > 0 && radius < deepest[i]!).length;
    expect(wrong / radii.length).toBeLessThan(0.02);
  });

  it('has the gradient of its loss, by finite differences', () => {
    const positions = Float64Array.from({ length: 40 }, (_, at) => 0.6 * Math.sin(3 * at + 1));
    const radii = Float64Array.from({ length: 20 }, (_, i) => 0.2 * i);
    const similarities = multiScaleSimilarities(bruteForceGraph(clusteredVectors(20, 3, 1), 6), [2]);
    const problem = (at: Float64Array): ReferenceProblem => ({
      similarities,
      positions: at,
      scale: 3,
      curved: true,
      hierarchy: { weight: 0.7, radii },
    });
    const gradient = hierarchyGradient(problem(positions));
    positions.forEach((value, at) => {
      const moved = (by: number) =>
        hierarchyLoss(problem(positions.map((other, n) => (n === at ? value + by : other))));
      const i = at - (at % 2);
      const frame = (1 - positions[i]! ** 2 - positions[i + 1]! ** 2) / 2;
      expect(gradient[at]).toBeCloseTo((frame * (moved(1e-6) - moved(-1e-6))) / 2e-6, 6);
    });
  });

  it('makes depth show as radius', { timeout: 60_000 }, async () => {
    const input = { ...projectionInput(clusteredVectors(10, 2, 1)), vectors: tree.vectors, graph };
    const correlations = [];
    for (const hierarchyWeight of [0, 0.3, 0.6]) {
      const parameters = { ...input.parameters, perplexity: 20, hierarchyWeight };
      correlations.push(rankCorrelation(tree.depths, radiiOf(await layOut({ ...input, parameters }))));
    }
    expect(correlations[1]).toBeGreaterThan(correlations[0]! + 0.1);
    expect(correlations[2]).toBeGreaterThan(correlations[1]!);
    expect(correlations[2]).toBeGreaterThan(0.4);
  });
});

describe('UMAP', () => {
  const input = projectionInput(vectors, { method: 'umap', geometry: 'euclidean', perplexity: 10, iterations: 60 });

  it(
    'is flat, seeded, in the disk, and goes on from a saved state to the same bytes',
    { timeout: 60_000 },
    async () => {
      const straight = await layOut(input);
      const before = await createProjectionEngine(input);
      expect((await before.step(25)).map(({ iteration }) => iteration)).toEqual(
        Array.from({ length: 25 }, (_, n) => n + 1),
      );
      const state = before.saveState();
      const halfway = before.positions();
      await before.dispose();
      const after = await createProjectionEngine(input);
      after.restoreState(state);
      expect(after.positions()).toEqual(halfway);
      expect(after.iteration).toBe(25);
      await after.step(100);
      expect(after.iteration).toBe(60);
      expect(after.positions()).toEqual(straight);
      expect(Math.max(...radiiOf(straight))).toBeLessThan(1);
      expect(() => after.steer({ exaggeration: 2 })).toThrow(ConflictError);
      expect(() => after.restoreState(new Uint8Array(80))).toThrow(BadInputError);
      await after.dispose();
    },
  );
});

describe('Choices that do not go together', () => {
  it.each([
    [{ hierarchyWeight: 0.5, geometry: 'euclidean' as const }, 'a flat layout has no radius for depth'],
    [{ hierarchyWeight: 2 }, 'hierarchyWeight: 2 is not between 0 and 1'],
    [{ method: 'umap' as const }, 'UMAP is flat here'],
    [{ initialization: 'layout' as const }, 'must have 200 points'],
    [{ earlyExaggeration: 0 }, 'earlyExaggeration: 0 is not between'],
  ])('are refused in one sentence: %j', async (change, message) => {
    await expect(createProjectionEngine(projectionInput(vectors, change))).rejects.toThrow(message);
  });
});
