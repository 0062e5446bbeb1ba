import { createRequire } from 'node:module';
import { canLoadVulkan } from '../../vulkanLoader.ts';

/** What WebGPU says of a device (GPUAdapterInfo of the W3C's specification), as far as it is used. */
export interface GpuAdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly isFallbackAdapter?: boolean;
}

/** The part of the npm package `webgpu`, which is no dependency, that is used. */
interface WebgpuPackage {
  create(options: readonly string[]): {
    requestAdapter(): Promise<{ readonly info: GpuAdapterInfo } | null>;
  };
}

const SOFTWARE_DEVICES = /swiftshader|llvmpipe|lavapipe|basic render|\bcpu\b/i;
const requirePackage = createRequire(import.meta.url);
let found: Promise<string | null> | undefined;

/**
 * The name of a real GPU that WebGPU finds, or null: onnxruntime's provider would also take one that the processor
 * imitates, which is far slower than the CPU engine, and does not tell. Needs the npm package `webgpu`, also on NODE_PATH.
 */
export function findRealGpu(): Promise<string | null> {
  found ??= askAdapter().catch(() => null);
  return found;
}

/** False for devices that the processor imitates. */
export function isRealGpu({ vendor, architecture, device, description, isFallbackAdapter }: GpuAdapterInfo): boolean {
  return isFallbackAdapter !== true && !SOFTWARE_DEVICES.test([vendor, architecture, device, description].join(' '));
}

async function askAdapter(): Promise<string | null> {
  if (!canLoadVulkan()) return null;
  const { create } = requirePackage('webgpu') as WebgpuPackage;
  const adapter = await create([]).requestAdapter();
  if (adapter === null || !isRealGpu(adapter.info)) return null;
  return adapter.info.description || `${adapter.info.vendor} ${adapter.info.architecture}`.trim();
}
