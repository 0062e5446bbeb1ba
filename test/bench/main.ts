import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../server/paths.ts';

// npm run bench -- [NAME …]: runs test/bench/NAME.ts, which prints its table and returns what is written as JSON.

/** Files of this folder that are no benches. */
const SUPPORT_FILES = new Set([
  'main',
  'benchFeatures',
  'clusterTree',
  'layoutFigures',
  'peers',
  'peer.worker',
  'published',
]);

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => !SUPPORT_FILES.has(name));
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`bench: no bench is named "${unknown}"; there are ${names.join(', ')}`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : names) {
  const { run } = (await import(`./${name}.ts`)) as { run: () => Promise<unknown> };
  console.log(`\n${name}`);
  const result = await run();
  const folder = join(packageRoot, 'bench-results');
  mkdirSync(folder, { recursive: true });
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ name, machine, result }, null, 2)}\n`);
}
