import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy, readNpy } from '../../server/formats/npy.ts';
import { clusteredVectors } from '../support/projectionFixtures.ts';
import { runCli, type CliResult } from '../support/runCli.ts';

let folder: string;
const inFolder = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'circle-limit-place-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, values: Float32Array | BigInt64Array, shape: number[]): Promise<string> {
  await writeFile(inFolder(name), encodeNpy(values, shape));
  return inFolder(name);
}

function expectOneLine({ code, stderr, stdout }: CliResult, line: RegExp): void {
  expect(stderr.trim().split('\n').at(-1)).toMatch(line);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
}

describe('place', () => {
  it('puts new embeddings on a finished layout, and leaves the layout alone', async () => {
    const { values } = clusteredVectors(100, 8, 2);
    const base = await write('base.npy', values.slice(0, 640), [80, 8]);
    const fresh = await write('new.npy', values.slice(640), [20, 8]);
    const disk = inFolder('disk');
    await runCli(['project', base, '--iterations', '60', '--out', disk]);
    const before = await readFile(join(disk, 'layout.npy'));
    const result = await runCli(['place', disk, fresh, '--out', inFolder('places.npy'), '--json']);
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({ points: 20, onLayoutOf: 80 });
    const { shape, values: places } = await readNpy(inFolder('places.npy'));
    expect(shape).toEqual([20, 2]);
    for (let i = 0; i < 40; i += 2) expect(Math.hypot(Number(places[i]), Number(places[i + 1]))).toBeLessThan(1);
    expect(await readFile(join(disk, 'layout.npy'))).toEqual(before);

    const other = await write('other.npy', values.slice(0, 40), [10, 4]);
    const refused = await runCli(['place', disk, other, '--out', inFolder('x.npy')]);
    expectOneLine(refused, /the new points have 4 components, the layout was made of 8/);
    await rm(base);
    const sourceless = await runCli(['place', disk, fresh, '--out', inFolder('x.npy')]);
    expectOneLine(sourceless, /name it with --embeddings/);
    const wrong = await runCli(['place', disk, fresh, '--embeddings', fresh, '--out', inFolder('x.npy')]);
    expectOneLine(wrong, /the layout has 80 points, the embeddings have 20 rows/);
  });
});

describe('project', () => {
  it('measures the distortion of a tree that is given, and refuses what is no tree', async () => {
    const depthFirst = clusteredVectors(40, 6, 4);
    const vectors = await write('tree.npy', depthFirst.values, [40, 6]);
    const parents = BigInt64Array.from({ length: 40 }, (_, i) => (i === 0 ? -1n : BigInt((i - 1) >> 1)));
    const tree = await write('parents.npy', parents, [40]);
    const args = ['project', vectors, '--iterations', '40', '--out', inFolder('tree'), '--json'];
    const result = await runCli([...args, '--tree', tree]);
    expect((JSON.parse(result.stdout) as { treeDistortion: number }).treeDistortion).toBeGreaterThan(0);
    const circle = await write('circle.npy', parents.with(0, 39n), [40]);
    expectOneLine(await runCli([...args, '--tree', circle]), /tree|root|parent/i);
    const short = await write('short.npy', parents.slice(0, 30), [30]);
    expectOneLine(await runCli([...args, '--tree', short]), /30/);
  });

  it('takes the metric that is asked for: Euclidean neighbors may have zero vectors, cosine ones may not', async () => {
    const { values } = clusteredVectors(40, 6, 4);
    values.fill(0, 12, 18);
    const vectors = await write('zero.npy', values, [40, 6]);
    const args = ['project', vectors, '--iterations', '30', '--out', inFolder('zero'), '--json'];
    const euclidean = await runCli([...args, '--metric', 'euclidean']);
    expect(JSON.parse(euclidean.stdout)).toMatchObject({ metric: 'euclidean', pointCount: 40 });
    expectOneLine(await runCli(args), /row 2 is all zeros/);
    const unknown = await runCli([...args, '--metric', 'manhattan']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/one of cosine, euclidean is needed/);
  });

  it('lays out vectors of one component, and refuses fewer than three rows and infinite numbers', async () => {
    const line = await write(
      'line.npy',
      Float32Array.from({ length: 30 }, (_, i) => i + 1),
      [30, 1],
    );
    const result = await runCli([
      'project',
      line,
      '--metric',
      'euclidean',
      '--iterations',
      '30',
      '--out',
      inFolder('line'),
      '--json',
    ]);
    expect(JSON.parse(result.stdout)).toMatchObject({ pointCount: 30 });
    const two = await write('two.npy', Float32Array.of(1, 2, 3, 4), [2, 2]);
    expectOneLine(await runCli(['project', two, '--out', inFolder('two')]), /2 (rows|points)|at least 3|at most/);
    const infinite = Float32Array.from({ length: 60 }, (_, i) => (i === 41 ? Infinity : i + 1));
    const file = await write('infinite.npy', infinite, [30, 2]);
    expectOneLine(await runCli(['project', file, '--out', inFolder('infinite')]), /row 20/);
  });
});
