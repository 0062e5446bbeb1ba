import { execFileSync } from 'node:child_process';

/** Not in the PATH of ordinary users on Debian. */
const LDCONFIG = '/sbin/ldconfig';

/**
 * Whether Dawn, by which WebGPU comes to Node, can reach a GPU at all: on Linux it needs the Vulkan loader, and writes the
 * place of its source where that is missing to stderr. True where this cannot be told.
 */
export function canLoadVulkan(
  platform: NodeJS.Platform = process.platform,
  libraryPath: string | undefined = process.env.LD_LIBRARY_PATH,
  listLibraries: () => string = () => execFileSync(LDCONFIG, ['-p'], { encoding: 'utf8', stdio: 'pipe' }),
): boolean {
  if (platform !== 'linux' || (libraryPath !== undefined && libraryPath !== '')) return true;
  try {
    return listLibraries().includes('libvulkan.so.1');
  } catch {
    // No glibc, or no ldconfig.
    return true;
  }
}
