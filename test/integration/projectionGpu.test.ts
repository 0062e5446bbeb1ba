import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import { findDebian13 } from '../support/debian13.ts';
import type { GpuReport } from '../support/gpuLayout.ts';

/** A Vulkan driver in software, and how Node is started with it. */
interface Driver {
  readonly name: string;
  /** As the driver calls itself. */
  readonly description: RegExp;
  /** Everything that has to be there. */
  readonly files: readonly string[];
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Chromium brings SwiftShader, and its loader. */
function swiftShader(): Driver {
  const folder = '/usr/lib/chromium';
  const icd = join(folder, 'vk_swiftshader_icd.json');
  const env = { VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: folder };
  return { name: 'SwiftShader', description: /SwiftShader/i, files: [icd], command: [process.execPath], env };
}

/** Mesa's driver of Debian 13, whose libraries are newer than this system's: Node runs with all of those. */
function lavapipe(folder: string): Driver {
  const libraries = join(findDebian13() ?? '/', 'usr/lib/x86_64-linux-gnu');
  const [loader, driver] = ['ld-linux-x86-64.so.2', 'libvulkan_lvp.so'].map((name) => join(libraries, name));
  const icd = join(folder, 'lavapipe.json');
  const description = { file_format_version: '1.0.0', ICD: { library_path: driver, api_version: '1.4.305' } };
  writeFileSync(icd, JSON.stringify(description));
  return {
    ...{ name: 'lavapipe', description: /llvmpipe/i, files: [loader, driver] },
    command: [loader, '--library-path', libraries, process.execPath],
    env: { VK_ICD_FILENAMES: icd, LD_LIBRARY_PATH: libraries },
  };
}

const folder = mkdtempSync(join(tmpdir(), 'circle-limit-vulkan-'));
afterAll(() => rm(folder, { recursive: true }));

const drivers = [swiftShader(), lavapipe(folder)].map((driver) => ({
  ...driver,
  missing: [join(packageRoot, 'node_modules/webgpu'), ...driver.files].filter((path) => !existsSync(path)),
}));
for (const { name, missing } of drivers.filter((driver) => driver.missing.length > 0)) {
  console.warn(
    `The layout on a GPU is not tested by ${name} here: ${missing.join(' and ')} missing (CONTRIBUTING.md).`,
  );
}

describe.each(drivers)('layout on a GPU in software, $name', ({ description, missing, command, env }) => {
  if (missing.length > 0) return it.skip('is not tested here');
  let report: NonNullable<GpuReport>;

  beforeAll(async () => {
    const [program, ...before] = command;
    const options = [...before, '--import', './scripts/typescriptLoader.mjs', 'test/support/gpuLayout.ts'];
    const { stdout } = await promisify(execFile)(program, options, {
      cwd: packageRoot,
      env: { ...process.env, ...env },
    });
    report = JSON.parse(stdout) as NonNullable<GpuReport>;
  }, 60_000);

  it('runs on this driver', () => {
    expect(report.description).toMatch(description);
  });

  it.each(['poincare', 'euclidean'] as const)('has the forces, Z and loss of the reference (%s)', (geometry) => {
    const errors = report[geometry];
    expect(errors.attraction).toBeLessThan(1e-5);
    expect(errors.repulsion).toBeLessThan(1e-5);
    expect(errors.partition).toBeLessThan(1e-5);
    expect(Math.abs(errors.loss)).toBeLessThan(1e-5);
  });

  it('goes on in WebAssembly from the last state when its device is lost', () => {
    const { names, iterations, losses, same } = report.lost;
    expect(names).toEqual(['webgpu', 'wasm']);
    expect(iterations).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    expect(same).toBe(true);
  });

  it('is not taken by itself, since it is slower than WebAssembly', () => {
    expect(report.automatic).toBe('wasm');
  });
});
