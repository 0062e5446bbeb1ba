import { afterEach, describe, expect, it } from 'vitest';
import { BadInputError, ConflictError, InterruptedError } from '../../../server/errors.ts';
import { createProjectionEngine, fittingPerplexity } from '../../../server/projection/createProjectionEngine.ts';
import type { ProjectionEngine, ProjectionInput } from '../../../server/projection/projection.ts';
import { clusteredVectors, projectionInput } from '../../support/projectionFixtures.ts';

const open: ProjectionEngine[] = [];

async function start(input: ProjectionInput): Promise<ProjectionEngine> {
  const engine = await createProjectionEngine(input);
  open.push(engine);
  return engine;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.dispose()));
});

const vectors = clusteredVectors(400, 8, 11);

describe('engine', () => {
  it('gives the same bytes for one, two and three threads', { timeout: 90_000 }, async () => {
    const layouts = await Promise.all(
      [1, 2, 3].map(async (threads) => {
        const engine = await start(projectionInput(vectors, { iterations: 60 }, threads));
        const statistics = await engine.step(60);
        return { positions: engine.positions(), statistics };
      }),
    );
    expect(layouts[1]).toEqual(layouts[0]);
    expect(layouts[2]).toEqual(layouts[0]);
  });

  it('gives another layout for another seed', async () => {
    const first = await start(projectionInput(vectors, { iterations: 5, seed: 1 }));
    const second = await start(projectionInput(vectors, { iterations: 5, seed: 2 }));
    await Promise.all([first.step(5), second.step(5)]);
    expect(second.positions()).not.toEqual(first.positions());
  });

  it.each(['poincare', 'euclidean'] as const)('lowers the loss and keeps clusters together (%s)', async (geometry) => {
    const engine = await start(projectionInput(vectors, { geometry, iterations: 250 }));
    const statistics = await engine.step(1000);
    expect(statistics.map(({ iteration }) => iteration)).toEqual(Array.from({ length: 250 }, (_, n) => n + 1));
    expect(engine.iteration).toBe(250);
    expect(statistics.at(-1)!.loss).toBeLessThan(0.6 * statistics[0]!.loss);
    expect(statistics[0]!.exaggeration).toBe(12);
    expect(statistics.at(-1)!.exaggeration).toBe(1);
    expect(shareOfNearestInSameCluster(engine.positions(), 5)).toBeGreaterThan(0.95);
    expect(await engine.step(1)).toEqual([]);
  });

  it.each(['poincare', 'euclidean'] as const)('goes on from a saved state to the same bytes (%s)', async (geometry) => {
    const input = projectionInput(vectors, { geometry, iterations: 40 });
    const straight = await start(input);
    await straight.step(40);
    const before = await start(input);
    await before.step(20);
    const state = before.saveState();
    const after = await start(input);
    after.restoreState(state);
    expect(after.iteration).toBe(20);
    expect(after.positions()).toEqual(before.positions());
    await after.step(20);
    expect(after.saveState()).toEqual(straight.saveState());
  });

  it('goes on to the same figures from a state between two measurements of the loss', async () => {
    const input = projectionInput(vectors, { iterations: 40 });
    const straight = await start(input);
    const figures = await straight.step(40);
    for (const stop of [21, 22, 24]) {
      const before = await start(input);
      await before.step(stop);
      const after = await start(input);
      after.restoreState(before.saveState());
      expect(await after.step(40)).toEqual(figures.slice(stop));
    }
  });

  it('takes states of the formats before, with two gains a point, of which the oldest hold no loss', async () => {
    const input = projectionInput(vectors, { iterations: 40 });
    const straight = await start(input);
    const figures = await straight.step(22);
    const state = new Float64Array(straight.saveState().slice().buffer);
    await straight.step(18);
    const [header, layout, gains] = [state.slice(0, 11), state.slice(11, -vectors.rows), state.slice(-vectors.rows)];
    // The smaller one counts.
    const twoGains = [...gains].flatMap((gain) => [gain + 1, gain]);
    for (const format of [2, 3]) {
      header[1] = format;
      const old = Float64Array.from([...header.subarray(0, format === 2 ? 10 : 11), ...layout, ...twoGains]);
      const after = await start(input);
      after.restoreState(new Uint8Array(old.buffer));
      const [next] = await after.step(18);
      if (format === 2) expect(next.loss).toBeLessThan(figures[20].loss);
      else expect(next.loss).toBe(figures[20].loss);
      expect(after.saveState()).toEqual(straight.saveState());
    }
  });

  it('gives the same bytes when it is steered at the same iterations, also from a state in between', async () => {
    const input = projectionInput(vectors, { iterations: 120 });
    const steerTo = async (engine: ProjectionEngine, iteration: number) => {
      if (engine.iteration < 30) await engine.step(30 - engine.iteration);
      if (engine.iteration === 30) engine.steer({ learningRate: 70, exaggeration: 3, curvatureScale: 9 });
      if (engine.iteration < 80) await engine.step(Math.min(80, iteration) - engine.iteration);
      if (engine.iteration === 80) engine.steer({ learningRate: 'auto', exaggeration: 'auto', curvatureScale: 'auto' });
      if (engine.iteration < iteration) await engine.step(iteration - engine.iteration);
    };
    const straight = await start(input);
    await steerTo(straight, 120);
    const before = await start(input);
    await steerTo(before, 41);
    const after = await start(input);
    after.restoreState(before.saveState());
    await steerTo(after, 120);
    expect(after.saveState()).toEqual(straight.saveState());
    const plain = await start(input);
    await plain.step(120);
    expect(plain.positions()).not.toEqual(straight.positions());
  });

  it('takes over what is steered from the next iteration on, the scale within some tens of them', async () => {
    const engine = await start(projectionInput(vectors, { iterations: 200, curvatureScale: 20 }));
    await engine.step(50);
    engine.steer({ exaggeration: 4, curvatureScale: 5 });
    const statistics = await engine.step(100);
    expect(statistics.every(({ exaggeration }) => exaggeration === 4)).toBe(true);
    const scales = statistics.map(({ curvatureScale }) => curvatureScale);
    expect(scales.every((scale, at) => at === 0 || scale <= scales[at - 1]!)).toBe(true);
    expect(scales.at(-1)).toBe(5);
    engine.steer({ exaggeration: 'auto' });
    expect((await engine.step(1))[0]!.exaggeration).toBe(1);
    const flat = await start(projectionInput(vectors, { iterations: 10, geometry: 'euclidean' }));
    expect(() => flat.steer({ learningRate: 50, curvatureScale: 3 })).toThrow('a flat layout has none');
  });

  it('refuses a state of other points and stays as it was', async () => {
    const engine = await start(projectionInput(vectors, { iterations: 10 }));
    const other = await start(projectionInput(clusteredVectors(30, 4, 1), { iterations: 10 }));
    const before = engine.saveState();
    expect(() => engine.restoreState(other.saveState())).toThrow(/holds 30 points/);
    expect(() => engine.restoreState(new Uint8Array(100))).toThrow(BadInputError);
    expect(engine.saveState()).toEqual(before);
  });

  it('fills the disk to the target without crowding the rim when it finds the scale itself', async () => {
    const engine = await start(projectionInput(vectors));
    await engine.step(500);
    const radii = radiiOf(engine.positions()).sort();
    expect(radii[Math.floor(0.99 * radii.length)]).toBeGreaterThan(0.85);
    expect(radii[Math.floor(0.99 * radii.length)]).toBeLessThan(0.985);
  });

  it('keeps a scale that was given', async () => {
    const engine = await start(projectionInput(vectors, { curvatureScale: 4.5, iterations: 60 }));
    const statistics = await engine.step(60);
    expect(new Set(statistics.map(({ curvatureScale }) => curvatureScale))).toEqual(new Set([4.5]));
  });

  it('rejects the step under way when it is disposed of', async () => {
    const engine = await start(projectionInput(vectors, { iterations: 1_000_000 }, 2));
    const step = engine.step(1_000_000);
    const outcome = expect(step).rejects.toBeInstanceOf(InterruptedError);
    expect(() => engine.positions()).toThrow(ConflictError);
    await engine.dispose();
    await outcome;
    await expect(engine.step(1)).rejects.toBeInstanceOf(InterruptedError);
  });

  it('refuses what does not fit the points, and names it', async () => {
    const few = clusteredVectors(20, 4, 1);
    const good = projectionInput(few);
    const refused = (change: Partial<ProjectionInput['parameters']>) =>
      createProjectionEngine({ ...good, parameters: { ...good.parameters, ...change } });
    await expect(refused({ perplexity: 7 })).rejects.toThrow('perplexity 7 does not fit 20 points');
    await expect(refused({ perplexity: 7 })).rejects.toThrow('at most 6.33');
    await expect(refused({ iterations: 0 })).rejects.toThrow('not 0');
    await expect(refused({ curvatureScale: Number.NaN })).rejects.toThrow('not NaN');
    await expect(createProjectionEngine({ ...good, threads: 0 })).rejects.toBeInstanceOf(RangeError);
    await expect(createProjectionEngine(projectionInput(clusteredVectors(2, 3, 1)))).rejects.toThrow(
      'at least 3 points',
    );
    expect(fittingPerplexity(20)).toBeCloseTo(19 / 3);
    expect(fittingPerplexity(10_000)).toBe(30);
  });
});

function radiiOf(positions: Float64Array): Float64Array {
  return Float64Array.from({ length: positions.length / 2 }, (_, i) =>
    Math.hypot(positions[2 * i]!, positions[2 * i + 1]!),
  );
}

/** Points were dealt to the clusters in turn. */
function shareOfNearestInSameCluster(positions: Float64Array, clusters: number): number {
  const count = positions.length / 2;
  let same = 0;
  for (let i = 0; i < count; i++) {
    let nearest = -1;
    let least = Infinity;
    for (let j = 0; j < count; j++) {
      const gap = 1 - positions[2 * j]! ** 2 - positions[2 * j + 1]! ** 2;
      const cost =
        ((positions[2 * i]! - positions[2 * j]!) ** 2 + (positions[2 * i + 1]! - positions[2 * j + 1]!) ** 2) / gap;
      if (j !== i && cost < least) {
        least = cost;
        nearest = j;
      }
    }
    if (nearest % clusters === i % clusters) same++;
  }
  return same / count;
}
