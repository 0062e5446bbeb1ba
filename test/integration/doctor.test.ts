import { once } from 'node:events';
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkBuild, checkHome, checkInstallation, type Finding } from '../../server/cli/work/checkInstallation.ts';
import { checkGpu, checkNetwork, checkNode, checkVersions } from '../../server/cli/work/checkSurroundings.ts';
import { readConfig, type Config } from '../../server/config.ts';
import { findTensorflowPackage } from '../../server/extraction/engines/tensorflowEngine.ts';
import { packageRoot } from '../../server/paths.ts';
import { lockFolder } from '../../server/storage/embedded/folderLock.ts';
import { runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterEach(() => vi.unstubAllEnvs());

/** An address where nobody answers. */
const NOBODY = 'http://127.0.0.1:9';
const configOf = (environment: Record<string, string>): Config =>
  readConfig({ CIRCLE_LIMIT_HOME: join(folder, 'home'), HF_ENDPOINT: NOBODY, ...environment });

/** Puts a program named nvidia-smi before all others. */
async function withDriver(script: string): Promise<Finding[]> {
  const tools = await temporaryFolder();
  await writeFile(join(tools, 'nvidia-smi'), `#!/bin/sh\n${script}\n`);
  await chmod(join(tools, 'nvidia-smi'), 0o755);
  vi.stubEnv('PATH', `${tools}${delimiter}${process.env.PATH}`);
  return checkGpu();
}

describe('The doctor', () => {
  it('finds nothing wrong here, on the command line, and says what it looked at', async () => {
    const environment = { CIRCLE_LIMIT_HOME: join(folder, 'sound'), HF_ENDPOINT: NOBODY };
    const { code, stdout } = await runCli(['doctor', '--json'], environment);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    expect(findings.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
    expect(code).toBe(0);
    const looked = ['machine', 'node', 'versions', 'build', 'disk', 'store', 'network', 'gpu', 'engine onnx', 'model'];
    expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(looked));
  });

  it('ends with exit code 1 and a line for each problem: a store that is not reached, a model that is broken', async () => {
    const home = join(folder, 'unsound');
    const model = join(home, 'models/dinov3-vits16');
    await mkdir(model, { recursive: true });
    const nano = join(packageRoot, 'models/nano');
    for (const file of ['config.json', 'preprocessor_config.json']) await copyFile(join(nano, file), join(model, file));
    const weights = await readFile(join(nano, 'model.safetensors'));
    await writeFile(join(model, 'model.safetensors'), weights.subarray(0, 1000));
    const { code, stdout } = await runCli(['doctor'], {
      CIRCLE_LIMIT_HOME: home,
      HF_ENDPOINT: NOBODY,
      DATABASE_URL: 'postgresql://someone@127.0.0.1:9/none',
    });
    expect(code).toBe(1);
    const problems = stdout.split('\n').filter((line) => line.startsWith('✗'));
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^✗ store .*127\.0\.0\.1:9/);
    expect(problems[1]).toMatch(/^✗ model +dinov3-vits16: .*model\.safetensors/);
    expect(stdout).toMatch(/^✓ model +nano computes correctly/m);
  });

  it('finds a store that another process has', async () => {
    const config = configOf({ CIRCLE_LIMIT_HOME: join(folder, 'taken') });
    await mkdir(config.home);
    const lock = await lockFolder(config.home, 'store.lock');
    const findings = await checkInstallation(config);
    await lock.release();
    expect(findings).toContainEqual({
      check: 'store',
      verdict: 'problem',
      detail: expect.stringMatching(/taken.*process/) as string,
    });
  });

  it('finds a Node that is too old', async () => {
    expect(await checkNode(undefined, '18.20.4')).toMatchObject([
      { verdict: 'problem', detail: expect.stringMatching(/^18\.20\.4 is too old; >=20\.19 is needed$/) as string },
    ]);
    expect(await checkNode(undefined, '24.1.0')).toMatchObject([{ verdict: 'ok' }]);
  });

  it('finds packages of other versions than those that were tested, and missing ones', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'package.json'), JSON.stringify({ dependencies: { here: '1.0.0', gone: '2.0.0' } }));
    await mkdir(join(root, 'node_modules/here'), { recursive: true });
    await writeFile(join(root, 'node_modules/here/package.json'), JSON.stringify({ version: '1.0.1' }));
    const [finding] = await checkVersions(undefined, root);
    expect(finding).toMatchObject({ check: 'versions', verdict: 'problem' });
    expect(finding.detail).toContain('here 1.0.1 (1.0.0), gone missing (2.0.0); "npm ci"');
  });

  it('finds parts of the build that are missing', async () => {
    expect(await checkBuild(undefined, (part) => join(folder, part))).toMatchObject([
      { verdict: 'problem', detail: expect.stringMatching(/projection\.wasm.*run "npm run build"/) as string },
    ]);
  });

  it('finds a disk that is nearly full, and a home that cannot be written', async () => {
    const nearlyFull = () => Promise.resolve({ bavail: 1000, bsize: 4096 });
    expect(await checkHome(configOf({}), nearlyFull)).toMatchObject([
      { verdict: 'problem', detail: expect.stringMatching(/0\.0 GiB free; at least 2 GiB are needed/) as string },
    ]);
    await writeFile(join(folder, 'a file'), '');
    expect(await checkHome(configOf({ CIRCLE_LIMIT_HOME: join(folder, 'a file/home') }))).toMatchObject([
      { verdict: 'problem', detail: expect.stringMatching(/is a file, not a folder; CIRCLE_LIMIT_HOME/) as string },
    ]);
  });

  it('notes what cannot be reached, and what then cannot be downloaded', async () => {
    const [checkpoints] = await checkNetwork(configOf({}));
    expect(checkpoints.verdict).toBe('note');
    expect(checkpoints.detail).toContain(`${NOBODY} cannot be reached`);
    expect(checkpoints.detail).toContain('checkpoints cannot be downloaded');
    const hub = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    await once(hub, 'listening');
    const address = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
    expect((await checkNetwork(configOf({ HF_ENDPOINT: address })))[0]).toMatchObject({ verdict: 'ok' });
    hub.close();
  });

  it('finds a driver that is too old, one that does not answer, and a GPU whose engine is not installed', async () => {
    expect(await withDriver('echo "Tesla K80, 390.12, 11441 MiB"')).toMatchObject([
      { verdict: 'problem', detail: expect.stringMatching(/CUDA 11 needs driver 450 or newer/) as string },
    ]);
    expect(await withDriver('echo "Driver/library version mismatch" >&2; exit 18')).toMatchObject([
      { verdict: 'problem', detail: expect.stringMatching(/the NVIDIA driver does not answer/) as string },
    ]);
    const [found] = await withDriver('echo "NVIDIA H100, 550.54.15, 81559 MiB"');
    expect(found.verdict).toBe(findTensorflowPackage() === '@tensorflow/tfjs-node-gpu' ? 'ok' : 'note');
    vi.stubEnv('PATH', folder);
    expect(await checkGpu()).toMatchObject([
      { verdict: 'note', detail: expect.stringMatching(/^no NVIDIA/) as string },
    ]);
  });
});
