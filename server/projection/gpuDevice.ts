/** A GPU to compute layouts on. */
export interface LayoutDevice {
  readonly device: GPUDevice;
  /** What it is, in its driver's words. */
  readonly description: string;
}

interface WebgpuPackage {
  create(options: string[]): GPU;
  readonly globals: Record<string, unknown>;
}

/** Loaded only where it is installed; its objects are those of the browsers, with the types of lib.dom. */
const PACKAGE = 'webgpu';

/** A driver that does not answer is none. */
const ANSWER_MILLISECONDS = 20_000;

/** Held for the life of the thread: Dawn ends the process when its instance is collected while a device is in use. */
let instance: GPU | null = null;

/**
 * The machine's GPU by way of the optional package `webgpu` (Dawn), or the browser's own. Software that only plays a GPU
 * is slower than the kernels in WebAssembly, and taken only when `software` allows it.
 * @returns null where there is none.
 */
export async function openGpuDevice({ software }: { software: boolean }): Promise<LayoutDevice | null> {
  const gpu = await findGpu();
  const adapter = await answerOf(gpu?.requestAdapter({ powerPreference: 'high-performance' }));
  if (adapter === null || adapter === undefined) return null;
  const { isFallbackAdapter, description, architecture, vendor } = adapter.info;
  const isSoftware =
    isFallbackAdapter || /swiftshader|llvmpipe|software|basic render/i.test(description + architecture);
  if (isSoftware && !software) return null;
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  return { device, description: description || `${vendor} ${architecture}` };
}

async function findGpu(): Promise<GPU | null> {
  if (typeof navigator !== 'undefined' && 'gpu' in navigator) return navigator.gpu;
  try {
    // A browser has no such script.
    const { canLoadVulkan } = await import('../vulkanLoader.ts');
    if (!canLoadVulkan()) return null;
    const { create, globals } = (await import(PACKAGE)) as WebgpuPackage;
    Object.assign(globalThis, globals);
    return (instance ??= create([]));
  } catch {
    // Not installed, or without a driver here: there is no GPU then, which is no fault.
    return null;
  }
}

/** Null where it does not come in time. */
function answerOf<T>(answer: Promise<T> | undefined): Promise<T | null | undefined> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), ANSWER_MILLISECONDS)));
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
