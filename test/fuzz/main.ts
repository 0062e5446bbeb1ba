import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from '../../server/paths.ts';
import { findDebian13 } from '../support/debian13.ts';
import type { FuzzTargetModule } from './fuzzTarget.ts';

// npm run fuzz -- [TARGET …]: coverage-guided fuzzing (Jazzer.js over libFuzzer) of FUZZ_SECONDS each, 600 by default. Inputs
// that reached something new are kept in fuzz-corpus/TARGET for the next time, those that found a defect in fuzz-results.

const seconds = Number(process.env.FUZZ_SECONDS ?? 600);
/** An input that takes longer is a hang. */
const HANG_SECONDS = 10;
/** A process that grows beyond it is a leak, or trusts a length that somebody wrote. */
const MEMORY_MEGABYTES = 2048;
const MAX_INPUT_BYTES = 16_384;

const names = readdirSync(join(import.meta.dirname, 'targets')).map((file) => file.replace(/\.ts$/, ''));
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined || !(seconds > 0)) {
  const fault = unknown === undefined ? 'FUZZ_SECONDS must be a number above 0' : `no target is named "${unknown}"`;
  console.error(`fuzz: ${fault}; the targets are ${names.join(', ')}`);
  process.exit(2);
}

const results = [];
for (const name of wanted.length > 0 ? wanted : names) results.push(await fuzzTarget(name));
console.table(results);
writeFileSync(join(folder('fuzz-results'), 'summary.json'), `${JSON.stringify(results, null, 2)}\n`);
process.exit(results.some(({ finding }) => finding !== null) ? 1 : 0);

interface FuzzResult {
  readonly target: string;
  readonly seconds: number;
  readonly executions: number;
  /** Edges of the product's own code that were reached. */
  readonly coverage: number;
  readonly memoryMegabytes: number;
  /** File with the input that found a defect. */
  readonly finding: string | null;
}

async function fuzzTarget(name: string): Promise<FuzzResult> {
  const corpus = folder('fuzz-corpus', name);
  const { target } = (await import(`./targets/${name}.ts`)) as FuzzTargetModule;
  for (const seed of await target.seeds()) {
    writeFileSync(join(corpus, createHash('sha1').update(seed).digest('hex')), seed);
  }
  const artifacts = `${folder('fuzz-results')}/${name}-`;
  const limits = [
    `-max_total_time=${seconds}`,
    `-timeout=${HANG_SECONDS}`,
    `-rss_limit_mb=${MEMORY_MEGABYTES}`,
    `-max_len=${MAX_INPUT_BYTES}`,
    `-artifact_prefix=${artifacts}`,
    '-print_final_stats=1',
  ];
  const [command, ...before] = nodeThatLoadsTheFuzzer();
  const jazzer = join(packageRoot, 'node_modules/@jazzer.js/core/dist/cli.js');
  const loader = join(packageRoot, 'scripts/typescriptLoader.mjs');
  const entry = join(import.meta.dirname, 'entry.mjs');
  const own = ['-i', 'server/', '-i', 'client/src/', '--timeout', String(HANG_SECONDS * 1000)];
  const args = [...before, '--import', loader, jazzer, entry, corpus, ...own, '--', ...limits];
  const child = spawn(command, args, {
    cwd: packageRoot,
    env: { ...process.env, FUZZ_TARGET: name, FUZZ_NODE: process.execPath },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    output = (output + chunk.toString()).slice(-100_000);
  });
  await once(child, 'close');
  return {
    target: name,
    seconds,
    executions: lastNumber(output, /(?:number_of_executed_units: |Done )(\d+)/g),
    coverage: lastNumber(output, /cov: (\d+)/g),
    memoryMegabytes: lastNumber(output, /(?:peak_rss_mb: |rss: )(\d+)/g),
    finding:
      child.exitCode === 0 ? null : (/Test unit written to (\S+)/.exec(output)?.[1] ?? `exit code ${child.exitCode}`),
  };
}

/**
 * This Node, where the fuzzer's addon loads into it. The addon needs glibc 2.38; on an older system, the C library of the
 * Debian 13 that test/support/debian13.sh makes does as well.
 */
function nodeThatLoadsTheFuzzer(): string[] {
  try {
    createRequire(import.meta.url)('@jazzer.js/fuzzer');
    return [process.execPath];
  } catch (error) {
    const system = findDebian13();
    if (system === null) throw error;
    const dynamicLoader = join(system, 'lib64/ld-linux-x86-64.so.2');
    return [dynamicLoader, '--library-path', join(system, 'usr/lib/x86_64-linux-gnu'), process.execPath];
  }
}

function folder(...parts: string[]): string {
  const path = join(packageRoot, ...parts);
  mkdirSync(path, { recursive: true });
  return path;
}

function lastNumber(text: string, pattern: RegExp): number {
  return Number([...text.matchAll(pattern)].at(-1)?.[1] ?? 0);
}
