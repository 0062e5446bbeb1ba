import { once } from 'node:events';
import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { readNpyFloat32 } from '../../server/formats/npy.ts';
import { homeWithEmoji } from '../support/homeWithEmoji.ts';
import { makeImageFolder } from '../support/imageFolder.ts';
import { runCli, startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startRun, TestServer, watchUntil } from '../support/testServer.ts';

const DIMENSION = 192;
let root: string;
let environment: Record<string, string>;
beforeAll(async () => {
  root = await temporaryFolder();
  environment = { CIRCLE_LIMIT_HOME: await homeWithEmoji(join(root, 'home')) };
});

async function extract(...args: string[]): Promise<{ images: number; embedded: number; engine: string }> {
  const { code, stdout, stderr } = await runCli(['extract', '--json', ...args], environment);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as { images: number; embedded: number; engine: string };
}

const rowsOf = async (file: string): Promise<Float32Array[]> => {
  const { values, shape } = await readNpyFloat32(file);
  return Array.from({ length: shape[0] }, (_, row) => values.slice(row * DIMENSION, (row + 1) * DIMENSION));
};

const makeImage = (file: string, color: string): Promise<unknown> =>
  sharp({ create: { width: 16, height: 16, channels: 3, background: color } })
    .png()
    .toFile(file);

describe('Extracting again into the same file', () => {
  let folder: string;
  let out: string;
  beforeAll(async () => {
    folder = await makeImageFolder(join(root, 'images'), 4);
    out = join(root, 'e.npy');
  });

  it('computes nothing the second time, and gives the same bytes', async () => {
    const first = await extract('--dataset', folder, '--out', out);
    expect(first).toMatchObject({ images: 12, embedded: 12 });
    const bytes = await readFile(out);
    expect(await extract('--dataset', folder, '--out', out)).toMatchObject({ embedded: 0, engine: first.engine });
    expect(await readFile(out)).toEqual(bytes);
    const record = JSON.parse(await readFile(join(root, 'e.json'), 'utf8')) as Record<string, unknown>;
    expect(record).toMatchObject({ dataset: folder, model: 'nano', engine: first.engine, images: 12 });
    expect(record.identity).toMatchObject({
      pooling: 'cls',
      resolution: 32,
      interpolation: 'bilinear',
      normalize: false,
    });
  });

  it('computes the new images alone after some were added, renamed and removed', async () => {
    const before = await rowsOf(out);
    await makeImage(join(folder, 'blue', '000a.png'), '#101010');
    await makeImage(join(folder, 'red', '9.png'), '#fefefe');
    await copyFile(join(folder, 'green', '000.png'), join(folder, 'a copy.png'));
    expect(await extract('--dataset', folder, '--out', out)).toMatchObject({ images: 15, embedded: 2 });
    const after = await rowsOf(out);
    // In the order of the paths: the copy, blue/000, blue/000a, blue/001 …
    expect(after[0]).toEqual(after.at(6));
    expect([after[1], after[3]]).toEqual([before[0], before[1]]);
    expect(after.slice(6, 14)).toEqual(before.slice(4, 12));
  });

  it.each([['--interpolation', 'bicubic'], ['--resolution', '48'], ['--normalize'], ['--pooling', 'mean']])(
    'computes everything when the choice is another: %s %s',
    async (...choice) => {
      const file = join(root, `${choice.join('')}.npy`);
      for (const name of ['npy', 'json', 'hashes.npy']) {
        await copyFile(out.replace('npy', name), file.replace('npy', name));
      }
      const args = choice.filter((part) => part !== undefined);
      expect(await extract('--dataset', folder, '--out', file, ...args)).toMatchObject({ embedded: 15 });
      expect((await rowsOf(file))[3]).not.toEqual((await rowsOf(out))[3]);
    },
  );

  it('computes everything when the file was changed meanwhile', async () => {
    const bytes = await readFile(out);
    bytes[bytes.length - 1] ^= 1;
    await writeFile(out, bytes);
    expect(await extract('--dataset', folder, '--out', out)).toMatchObject({ embedded: 15 });
  });
});

describe('An extraction whose process is killed', () => {
  it('has lost no batch that it had reported, leaves nothing half-written, and goes on from there', async () => {
    const out = join(root, 'killed.npy');
    const args = ['--dataset', 'emoji', '--limit', '300', '--threads', '1', '--batch', '16', '--out', out];
    await runCli(['datasets', 'fetch', 'emoji'], environment);
    const child = startCli(['extract', ...args], environment);
    let reported = 0;
    for await (const line of createInterface({ input: child.stderr! })) {
      reported = Number(/^extraction: (\d+) of/.exec(line)?.[1] ?? reported);
      if (reported >= 64) break;
    }
    child.kill('SIGKILL');
    await once(child, 'close');
    const files = (await readdir(root)).filter((file) => file.startsWith('killed'));
    expect(files).toEqual(['killed.npy.partial']);
    const { size } = await stat(join(root, 'killed.npy.partial'));
    const result = await extract(...args);
    const kept = result.images - result.embedded;
    expect(kept).toBeGreaterThanOrEqual(reported);
    // Every whole record of the journal is used: what is left of its bytes is less than one batch.
    expect(size - kept * 4 * (1 + DIMENSION)).toBeLessThan(16 * 4 * (1 + DIMENSION) + 16 * 8);
    const undisturbed = join(root, 'undisturbed.npy');
    await extract('--dataset', 'emoji', '--limit', '300', '--out', undisturbed);
    expect(await readFile(out)).toEqual(await readFile(undisturbed));
    expect((await readdir(root)).filter((file) => file.endsWith('.partial'))).toEqual([]);
  });
});

describe('A second run in the store', () => {
  it('embeds the images alone that were added to the folder, and none when nothing changed', async () => {
    const dataset = await makeImageFolder(join(root, 'growing'), 4);
    const server = await TestServer.start(join(root, 'server'));
    try {
      await server.running.ready;
      const embedded = async (): Promise<number> => {
        const id = await startRun(server, { dataset, model: 'nano', iterations: 10, perplexity: 3 });
        expect((await watchUntil(server, id)).at(-1)?.run.status).toBe('DONE');
        const metrics = await (await fetch(`${server.url}/metrics`)).text();
        return Number(/^circle_limit_images_embedded_total (\d+)/m.exec(metrics)?.[1]);
      };
      expect(await embedded()).toBe(12);
      expect(await embedded()).toBe(12);
      await makeImage(join(dataset, 'blue', 'new.png'), '#123456');
      expect(await embedded()).toBe(13);
    } finally {
      await server.close();
    }
  });
});
