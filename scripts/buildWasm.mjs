// Compiles the WebAssembly kernels from their AssemblyScript sources into dist/wasm/.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const MODULES = ['neighbors', 'projection'];
/** 64 KiB each; 65,536 is all that a 32-bit memory can address. */
const MAXIMUM_MEMORY_PAGES = 65_536;

mkdirSync(join(root, 'dist/wasm'), { recursive: true });
for (const name of MODULES) {
  const entry = `server/${name}/assembly/index.ts`;
  if (!existsSync(join(root, entry))) continue;
  const { error, stderr } = await asc.main([
    entry,
    ...['--outFile', `dist/wasm/${name}.wasm`],
    ...['--baseDir', root],
    // The kernels lay out their memory themselves: no allocator, no garbage collector.
    ...['--runtime', 'stub', '-O3', '--noAssert', '--converge'],
    ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory'],
    ...['--importMemory', '--sharedMemory', '--initialMemory', '1'],
    ...['--maximumMemory', String(MAXIMUM_MEMORY_PAGES)],
  ]);
  if (error) {
    console.error(stderr.toString());
    process.exit(1);
  }
}
