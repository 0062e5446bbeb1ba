import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Node against what package.json asks for. */
export async function checkNode(): Promise<Finding[]> {
  const manifest = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [neededMajor, neededMinor] = /(\d+)\.(\d+)/.exec(manifest.engines.node)!.slice(1).map(Number);
  const fits = major > neededMajor || (major === neededMajor && minor >= neededMinor);
  const detail = fits
    ? `${process.versions.node} on ${process.platform} ${process.arch}`
    : `${process.versions.node} is too old; ${manifest.engines.node} is needed`;
  return [{ check: 'node', verdict: fits ? 'ok' : 'problem', detail }];
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
