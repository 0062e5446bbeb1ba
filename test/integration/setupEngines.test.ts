import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const run = promisify(execFile);
const folder = await temporaryFolder();

/** What npm would add to an empty checkout, without fetching it. */
async function wouldAdd(command: string): Promise<string> {
  const [npm, ...words] = command.split(' ');
  const options = ['--dry-run', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { stdout } = await run(npm, [...words, ...options], { cwd: folder });
  return stdout;
}

describe('the engines that are installed on request', () => {
  let scripts: Readonly<Record<string, string>>;

  beforeAll(async () => {
    for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
      await copyFile(join(packageRoot, file), join(folder, file));
    }
    const text = await readFile(join(packageRoot, 'package.json'), 'utf8');
    ({ scripts } = JSON.parse(text) as { scripts: Readonly<Record<string, string>> });
  });

  // They are optional peers, whose name alone npm takes for what is there already.
  it.each([
    ['setup:gpu', 'add @tensorflow/tfjs-node-gpu 4.22.0'],
    ['setup:webgpu', 'add webgpu 0.6.2'],
  ])('npm run %s installs what it names', { timeout: 120_000 }, async (name, line) => {
    expect((await wouldAdd(scripts[name].split(' && ')[0])).split('\n')).toContain(line);
  });

  it('the image for GPUs installs the engine of its GPU', { timeout: 120_000 }, async () => {
    const text = await readFile(join(packageRoot, 'docker/Dockerfile.gpu'), 'utf8');
    const command = /npm install [^&\n]*tfjs-node-gpu@\S+/.exec(text)![0];
    expect((await wouldAdd(command)).split('\n')).toContain('add @tensorflow/tfjs-node-gpu 4.22.0');
  });
});
