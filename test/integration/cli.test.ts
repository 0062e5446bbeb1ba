import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy, readNpy } from '../../server/formats/npy.ts';
import { packageRoot } from '../../server/paths.ts';
import { lockFolder } from '../../server/storage/embedded/folderLock.ts';
import { homeWithEmoji } from '../support/homeWithEmoji.ts';
import { runCli, type CliResult } from '../support/runCli.ts';

const LIMIT = 120;

describe('The command line', () => {
  let folder: string;
  let home: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'circle-limit-cli-'));
    home = { CIRCLE_LIMIT_HOME: await homeWithEmoji(join(folder, 'home')) };
    await runCli(['datasets', 'fetch', 'emoji'], home);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const inFolder = (...names: string[]): string => join(folder, ...names);

  async function writeVectors(name: string, rows: number, edit: (values: Float32Array) => void = () => undefined) {
    const values = Float32Array.from({ length: rows * 8 }, (_, i) => Math.sin(i * i) + (i % 8 === i % 3 ? 1 : 0));
    edit(values);
    await writeFile(inFolder(name), encodeNpy(values, [rows, 8]));
    return inFolder(name);
  }

  function expectOneLine(result: CliResult, code: number, line: RegExp): void {
    const message = result.stderr.trim().split('\n').at(-1);
    expect(message).toMatch(line);
    expect(result.stderr).not.toMatch(/\n\s+at /);
    expect(result.code).toBe(code);
    expect(result.stdout).toBe('');
  }

  describe('run', () => {
    it('writes embeddings, labels, layout and figures of a data set, and the same bytes again', async () => {
      const args = ['run', '--dataset', 'emoji', '--limit', String(LIMIT), '--iterations', '60', '--json'];
      const [first, second] = [inFolder('run-1'), inFolder('run-2')];
      const result = await runCli([...args, '--out', first], home);
      expect(result.stderr).not.toMatch(/error/i);
      expect(result.code).toBe(0);
      const summary = JSON.parse(result.stdout) as Record<string, unknown>;
      expect(summary).toMatchObject({
        pointCount: LIMIT,
        iterations: 60,
        seed: 1,
        engine: expect.any(String) as string,
      });
      expect(summary.recallAt15).toBeGreaterThan(0.2);
      expect((await readdir(first)).sort()).toEqual([
        'embeddings.hashes.npy',
        'embeddings.json',
        'embeddings.npy',
        'labels.npy',
        'layout.csv',
        'layout.npy',
        'layout.png',
        'layout.svg',
        'run.json',
      ]);
      const layout = await readNpy(join(first, 'layout.npy'));
      expect(layout.shape).toEqual([LIMIT, 2]);
      expect(layout.values).toBeInstanceOf(Float64Array);
      expect((await readFile(join(first, 'layout.csv'), 'utf8')).split('\n')[0].trim()).toBe('index,x,y,label');

      await runCli([...args, '--threads', '1', '--out', second], home);
      expect(await readFile(join(second, 'layout.npy'))).toEqual(await readFile(join(first, 'layout.npy')));
    });

    it('answers neighbors of a point and of a place from the folder', async () => {
      const point = await runCli(['neighbors', inFolder('run-1'), '--point', '3', '--k', '4', '--json']);
      const { neighbors } = JSON.parse(point.stdout) as { neighbors: { point: number; distance: number }[] };
      expect(neighbors).toHaveLength(4);
      expect(neighbors.map((neighbor) => neighbor.point)).not.toContain(3);
      expect(neighbors.map((neighbor) => neighbor.distance)).toEqual(
        neighbors.map((neighbor) => neighbor.distance).sort((a, b) => a - b),
      );
      const place = await runCli(['neighbors', inFolder('run-1'), '--at', '0.1,-0.2', '--k', '2']);
      expect(place.stdout.trim().split('\n')).toHaveLength(2);
    });
  });

  describe('project', () => {
    it('lays out an .npy file with labels from a .csv file', async () => {
      const vectors = await writeVectors('vectors.npy', 60);
      await writeFile(
        inFolder('labels.csv'),
        `label\n${Array.from({ length: 60 }, (_, i) => `c${i % 3}`).join('\n')}\n`,
      );
      const out = inFolder('project');
      const result = await runCli(
        ['project', vectors, '--labels', inFolder('labels.csv'), '--iterations', '50', '--out', out, '--json'],
        home,
      );
      expect(result.code).toBe(0);
      expect(JSON.parse(result.stdout)).toMatchObject({ pointCount: 60, labelNames: ['c0', 'c1', 'c2'] });
    });

    it('refuses NaN with the row it is in', async () => {
      const file = await writeVectors('nan.npy', 30, (values) => (values[8 * 17 + 2] = Number.NaN));
      expectOneLine(await runCli(['project', file, '--out', inFolder('x')]), 2, /nan\.npy.*row 17/i);
    });

    it('refuses an .npy file that is not numbers of a float type', async () => {
      await writeFile(inFolder('ints.npy'), encodeNpy(Int32Array.from({ length: 30 }), [30, 1]));
      expectOneLine(await runCli(['project', inFolder('ints.npy'), '--out', inFolder('x')]), 2, /ints\.npy.*float/i);
    });

    it('refuses a truncated .npy file and one that is missing', async () => {
      const file = await writeVectors('short.npy', 30);
      await truncate(file, 500);
      expectOneLine(
        await runCli(['project', file, '--out', inFolder('x')]),
        2,
        /short\.npy.*truncated|short\.npy.*bytes/i,
      );
      expectOneLine(await runCli(['project', inFolder('none.npy'), '--out', inFolder('x')]), 2, /none\.npy/);
    });

    it('refuses a perplexity that the number of rows does not allow', async () => {
      const file = await writeVectors('few.npy', 30);
      const result = await runCli(['project', file, '--perplexity', '30', '--out', inFolder('x')]);
      expectOneLine(result, 2, /perplexity/i);
    });

    it('says what a layout on a GPU needs where there is none', async () => {
      const file = await writeVectors('gpu.npy', 60);
      const noDriver = { ...home, VK_ICD_FILENAMES: inFolder('none.json') };
      const result = await runCli(['project', file, '--layout-engine', 'webgpu', '--out', inFolder('x')], noDriver);
      // Where the package is there, its own warnings of the driver come before.
      const message = result.stderr.trim().split('\n').at(-1);
      expect(message).toMatch(/no layout can be computed on a GPU: .*package webgpu.*driver/);
      expect(result.code).toBe(1);
    });

    it('refuses an unknown option and a bad value with exit code 2', async () => {
      expect((await runCli(['project', 'a.npy', '--out', 'x', '--speed', '9'])).code).toBe(2);
      expect((await runCli(['project', 'a.npy', '--out', 'x', '--seed', '-1'])).code).toBe(2);
      expect((await runCli(['fly'])).code).toBe(2);
    });
  });

  describe('bad sources', () => {
    const extract = (...args: string[]): Promise<CliResult> =>
      runCli(['extract', '--out', inFolder('e.npy'), ...args], home);

    it('refuses a truncated CIFAR-10 file, naming it and its size', async () => {
      const cifar = inFolder('cifar');
      await mkdir(cifar, { recursive: true });
      const record = Buffer.alloc(3073);
      for (const name of [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`)) await writeFile(join(cifar, name), record);
      await writeFile(join(cifar, 'test_batch.bin'), record.subarray(0, 3000));
      await writeFile(join(cifar, 'batches.meta.txt'), 'airplane\n');
      const result = await runCli(['extract', '--dataset', 'cifar10', '--out', inFolder('e.npy')], {
        ...home,
        CIFAR10_DIR: cifar,
      });
      expectOneLine(result, 2, /test_batch\.bin.*3000/);
    });

    it('refuses a folder without images and one that does not exist', async () => {
      await mkdir(inFolder('empty'), { recursive: true });
      expectOneLine(await extract('--dataset', inFolder('empty')), 2, /empty.*no image found/);
      expectOneLine(await extract('--dataset', inFolder('absent')), 2, /absent/);
    });

    it('refuses a checkpoint that lacks a tensor, naming the tensor', async () => {
      const broken = inFolder('broken-model');
      await mkdir(broken, { recursive: true });
      for (const name of ['config.json', 'preprocessor_config.json']) {
        await writeFile(join(broken, name), await readFile(join(packageRoot, 'models/nano', name)));
      }
      const weights = await readFile(join(packageRoot, 'models/nano/model.safetensors'));
      const headerLength = Number(weights.readBigUInt64LE());
      const header = weights
        .subarray(8, 8 + headerLength)
        .toString()
        .replace('layer.2.norm1.weight', 'layer.2.normX.weight');
      await writeFile(
        join(broken, 'model.safetensors'),
        Buffer.concat([weights.subarray(0, 8), Buffer.from(header), weights.subarray(8 + headerLength)]),
      );
      expectOneLine(
        await extract('--dataset', 'emoji', '--limit', '8', '--model', broken),
        2,
        /layer\.2\.norm1\.weight/,
      );
    });

    it('names the command that fetches a model whose weights are not here', async () => {
      const result = await extract('--dataset', 'emoji', '--limit', '8', '--model', 'dinov3-vits16');
      expectOneLine(result, 2, /models fetch dinov3-vits16/);
    });
  });

  it('says in one line that a port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    const result = await runCli(['serve', '--port', String(port)], { CIRCLE_LIMIT_HOME: inFolder('home-2') });
    holder.close();
    expectOneLine(result, 1, new RegExp(`${port}.*in use`));
  });

  it('says in one line that another process has the store', async () => {
    const home4 = inFolder('home-4');
    await mkdir(home4);
    const lock = await lockFolder(home4, 'store.lock');
    const second = await runCli(['migrate'], { CIRCLE_LIMIT_HOME: home4 });
    expectOneLine(second, 1, /home-4.*process/);
    const third = await runCli(['serve', '--port', '0'], { CIRCLE_LIMIT_HOME: home4 });
    expect(third.stderr.trim().split('\n').at(-1)).toMatch(/home-4.*process/);
    expect(third.code).toBe(1);
    await lock.release();
  });

  it('says in one line what an environment variable may be', async () => {
    expectOneLine(await runCli(['serve'], { ENGINE: 'abacus' }), 2, /ENGINE.*abacus/);
  });

  it('names a run that is not in the store', async () => {
    const result = await runCli(['export', 'run_unknown', '--format', 'csv', '--out', inFolder('u.csv')], {
      CIRCLE_LIMIT_HOME: inFolder('home-3'),
    });
    expectOneLine(result, 2, /run_unknown/);
    expect(await readdir(folder)).not.toContain('u.csv');
  });
});
