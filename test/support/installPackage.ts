import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../server/paths.ts';

const execute = promisify(execFile);

interface Lock {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Packs the checkout as `npm pack` does (its hooks run one by one, since `prepare` would build again) and installs the
 * tarball into `folder`, with the versions that the package itself locks, as far as possible from npm's cache.
 */
export async function installPackage(folder: string): Promise<void> {
  const npm = (args: readonly string[], cwd: string) =>
    execute('npm', args, {
      cwd,
      shell: process.platform === 'win32',
      env: { ...process.env, NODE_OPTIONS: '', ONNXRUNTIME_NODE_INSTALL: 'skip' },
    });
  const lockScript = join(packageRoot, 'scripts/shrinkwrap.mjs');
  await execute(process.execPath, [lockScript]);
  let lock: Lock;
  let tarball: string;
  try {
    lock = JSON.parse(await readFile(join(packageRoot, 'npm-shrinkwrap.json'), 'utf8')) as Lock;
    const { stdout } = await npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], packageRoot);
    tarball = (JSON.parse(stdout) as [{ filename: string }])[0].filename;
  } finally {
    await execute(process.execPath, [lockScript, '--remove']);
  }
  const manifest = { name: 'consumer', version: '1.0.0', dependencies: { 'circle-limit': `file:${tarball}` } };
  const { '': root, ...dependencies } = lock.packages;
  const packages = {
    '': manifest,
    'node_modules/circle-limit': { ...root, resolved: `file:${tarball}` },
    ...dependencies,
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, private: true, type: 'module' }));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, ...manifest, packages }));
  await npm(['ci', '--prefer-offline', '--no-audit', '--no-fund', '--no-progress'], folder);
}
