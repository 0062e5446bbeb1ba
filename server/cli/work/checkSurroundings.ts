import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Config } from '../../config.ts';
import { messageOf } from '../../errors.ts';
import { findTensorflowPackage } from '../../extraction/engines/tensorflowEngine.ts';
import { packageRoot } from '../../paths.ts';
import type { Finding } from './checkInstallation.ts';

const execute = promisify(execFile);

const NETWORK_TIMEOUT_MILLISECONDS = 3000;
/** Oldest driver that runs programs built for CUDA 11, which the `tensorflow` engine is. */
const OLDEST_DRIVER = 450;
const CIFAR10_HOST = 'https://www.cs.toronto.edu';

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly dependencies: Readonly<Record<string, string>>;
}

async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Node against what package.json asks for. */
export async function checkNode(_config?: Config, node = process.versions.node): Promise<Finding[]> {
  const { engines } = await manifestIn(packageRoot);
  const [major, minor] = node.split('.').map(Number);
  const [neededMajor, neededMinor] = /(\d+)\.(\d+)/.exec(engines.node)!.slice(1).map(Number);
  const fits = major > neededMajor || (major === neededMajor && minor >= neededMinor);
  const detail = fits
    ? `${node} on ${process.platform} ${process.arch}`
    : `${node} is too old; ${engines.node} is needed`;
  return [{ check: 'node', verdict: fits ? 'ok' : 'problem', detail }];
}

/** The packages that are installed, against the versions that this one was tested with. */
export async function checkVersions(_config?: Config, root = packageRoot): Promise<Finding[]> {
  const { dependencies } = await manifestIn(root);
  const faults = await Promise.all(
    Object.entries(dependencies).map(async ([name, wanted]) => {
      const found = await installedVersion(name, root);
      return found === wanted ? [] : [`${name} ${found ?? 'missing'} (${wanted})`];
    }),
  );
  const wrong = faults.flat();
  const detail =
    wrong.length === 0
      ? `all ${faults.length} packages are those that were tested`
      : `other packages than those that were tested: ${wrong.join(', ')}; "npm ci" installs the right ones`;
  return [{ check: 'versions', verdict: wrong.length === 0 ? 'ok' : 'problem', detail }];
}

/** As Node finds it: in the folder's own modules, or in those above it. */
async function installedVersion(name: string, root: string): Promise<string | null> {
  for (let folder = root; ; folder = dirname(folder)) {
    const manifest = await manifestIn(join(folder, 'node_modules', name)).catch(() => null);
    if (manifest !== null || folder === dirname(folder)) return manifest?.version ?? null;
  }
}

/** The NVIDIA driver, and whether the engine that would use it is installed. */
export async function checkGpu(): Promise<Finding[]> {
  let lines: string[];
  try {
    const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];
    const { stdout } = await execute('nvidia-smi', query, { timeout: 10_000 });
    lines = stdout
      .trim()
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    const missing = (error as { code?: unknown }).code === 'ENOENT';
    return [
      missing
        ? {
            check: 'gpu',
            verdict: 'note',
            detail: 'no NVIDIA driver found (no nvidia-smi); the processor does the work',
          }
        : { check: 'gpu', verdict: 'problem', detail: `the NVIDIA driver does not answer: ${firstLine(error)}` },
    ];
  }
  const installed = findTensorflowPackage();
  return lines.map((line) => describeGpu(line, installed));
}

/** One line of nvidia-smi: name, driver, memory. */
export function describeGpu(line: string, tensorflowPackage: string | null): Finding {
  const [, driver = ''] = line.split(',').map((part) => part.trim());
  if (Number.parseInt(driver, 10) < OLDEST_DRIVER) {
    return { check: 'gpu', verdict: 'problem', detail: `${line}: CUDA 11 needs driver ${OLDEST_DRIVER} or newer` };
  }
  return tensorflowPackage === '@tensorflow/tfjs-node-gpu'
    ? { check: 'gpu', verdict: 'ok', detail: line }
    : { check: 'gpu', verdict: 'note', detail: `${line}: is not used; "npm run setup:gpu" installs the engine for it` };
}

/** Whether what may have to be downloaded can be reached; nothing needs it once it is here. */
export async function checkNetwork(config: Config): Promise<Finding[]> {
  const hosts = [
    ['checkpoints', config.huggingFaceEndpoint],
    ['CIFAR-10', CIFAR10_HOST],
  ] as const;
  return Promise.all(
    hosts.map(async ([what, address]): Promise<Finding> => {
      try {
        await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(NETWORK_TIMEOUT_MILLISECONDS) });
        return { check: 'network', verdict: 'ok', detail: `${address} answers (${what})` };
      } catch (error) {
        const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
        const detail = `${address} cannot be reached (${firstLine(cause)}); ${what} cannot be downloaded`;
        return { check: 'network', verdict: 'note', detail };
      }
    }),
  );
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n')[0];
}
