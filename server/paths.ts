import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, both when running from source (`server/`) and from the build (`dist/server/`). */
export const packageRoot: string = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

/** A file of the build output, e.g. `distFile('wasm/projection.wasm')` or `distFile('client/index.html')`. */
export function distFile(relativePath: string): string {
  return join(packageRoot, 'dist', relativePath);
}

/**
 * The URL of the entry of a thread or process beside the calling module. Gives the `.ts` file when the caller runs from
 * source and the `.js` file when it runs from the build. Example: `workerUrl(import.meta.url, 'neighbors.worker')`.
 */
export function workerUrl(callerUrl: string, name: string): URL {
  const extension = callerUrl.endsWith('.ts') ? '.ts' : '.js';
  return new URL(`./${name}${extension}`, callerUrl);
}

function findPackageRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json above ${start}`);
  }
}
