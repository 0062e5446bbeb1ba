import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import type { GpuReport } from '../support/gpuLayout.ts';

/** Chromium brings a Vulkan driver in software, SwiftShader, and its loader. */
const CHROMIUM = '/usr/lib/chromium';
const DRIVER = join(CHROMIUM, 'vk_swiftshader_icd.json');
const missing = ['node_modules/webgpu', DRIVER].filter(
  (path) => !existsSync(path.startsWith('/') ? path : join(packageRoot, path)),
);
if (missing.length > 0) {
  console.warn(`The layout on a GPU is not tested here: ${missing.join(' and ')} missing (npm run setup:webgpu).`);
}

describe.skipIf(missing.length > 0)('layout on a GPU in software', () => {
  let report: NonNullable<GpuReport>;

  beforeAll(async () => {
    const env = { ...process.env, VK_ICD_FILENAMES: DRIVER, LD_LIBRARY_PATH: CHROMIUM };
    const options = ['--import', './scripts/typescriptLoader.mjs', 'test/support/gpuLayout.ts'];
    const { stdout } = await promisify(execFile)(process.execPath, options, { cwd: packageRoot, env });
    report = JSON.parse(stdout) as NonNullable<GpuReport>;
  }, 60_000);

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
