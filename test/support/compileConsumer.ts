import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../server/paths.ts';

const OPTIONS = { module: 'nodenext', target: 'es2022', strict: true, types: [], lib: ['es2023', 'dom'] };

/**
 * Compiles a program that uses the package as its users do: strictly, without the types of Node.
 * @returns what the compiler says; '' when it finds nothing wrong. The program is then `consumer.js` in the folder.
 */
export async function compileConsumer(folder: string, source: string): Promise<string> {
  await writeFile(join(folder, 'consumer.ts'), source);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, files: ['consumer.ts'] }));
  const compiler = join(packageRoot, 'node_modules/typescript/bin/tsc');
  const compiled = promisify(execFile)(process.execPath, [compiler], { cwd: folder });
  return (await compiled.catch((error: { stdout: string }) => error)).stdout;
}
