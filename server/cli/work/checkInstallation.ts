import { existsSync } from 'node:fs';
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { Config } from '../../config.ts';
import { listDatasetSources } from '../../dataset/datasetSources.ts';
import { messageOf } from '../../errors.ts';
import { findModel, listModels } from '../../extraction/modelCatalog.ts';
import { probeEngines } from '../../extraction/engines/probeEngines.ts';
import { verifyModel } from '../../extraction/verifyModel.ts';
import { distFile } from '../../paths.ts';
import { version } from '../../version.ts';
import { checkGpu, checkNetwork, checkNode } from './checkSurroundings.ts';
import { withStore } from './localStore.ts';

/** What one check found, for a person. A note is nothing wrong; a problem keeps something from working. */
export interface Finding {
  readonly check: string;
  readonly verdict: 'ok' | 'note' | 'problem';
  readonly detail: string;
}

const GIBIBYTE = 2 ** 30;
const LEAST_FREE_DISK_BYTES = 2 * GIBIBYTE;

/** Looks at machine, build, folders, store, engines, models and data sets; a check that fails is a finding. */
export async function checkInstallation(config: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...(await examine(check, config)));
  return findings;
}

type Check = (config: Config) => Promise<Finding[]>;

const CHECKS: readonly Check[] = [
  checkMachine,
  checkNode,
  checkBuild,
  checkHome,
  checkStore,
  checkNetwork,
  checkGpu,
  checkEngines,
  checkModels,
  checkDatasets,
];

async function examine(check: Check, config: Config): Promise<Finding[]> {
  try {
    return await check(config);
  } catch (error) {
    const name = check.name.replace(/^check/, '').toLowerCase();
    return [{ check: name, verdict: 'problem', detail: messageOf(error) }];
  }
}

async function checkMachine(): Promise<Finding[]> {
  const memory = (totalmem() / GIBIBYTE).toFixed(1);
  return [
    {
      check: 'machine',
      verdict: 'ok',
      detail: `Circle Limit ${version}, Node ${process.versions.node}, ${availableParallelism()} cores, ${memory} GiB memory`,
    },
  ];
}

async function checkBuild(): Promise<Finding[]> {
  const parts = ['wasm/neighbors.wasm', 'wasm/projection.wasm', 'client/index.html'];
  const missing = parts.filter((part) => !existsSync(distFile(part)));
  return missing.length === 0
    ? [{ check: 'build', verdict: 'ok', detail: 'complete' }]
    : [{ check: 'build', verdict: 'problem', detail: `missing ${missing.join(', ')}; run "npm run build"` }];
}

async function checkHome(config: Config): Promise<Finding[]> {
  await mkdir(config.home, { recursive: true });
  await access(config.home, constants.W_OK);
  const { bavail, bsize } = await statfs(config.home);
  const free = bavail * bsize;
  const detail = `${config.home}, ${(free / GIBIBYTE).toFixed(1)} GiB free`;
  return free < LEAST_FREE_DISK_BYTES
    ? [{ check: 'disk', verdict: 'problem', detail: `${detail}; at least 2 GiB are needed for the store and caches` }]
    : [{ check: 'disk', verdict: 'ok', detail }];
}

async function checkStore(config: Config): Promise<Finding[]> {
  return withStore(config, async (store) => {
    const { totalCount } = await store.runs.listRuns({ first: 1 });
    return [{ check: 'store', verdict: 'ok', detail: `${store.kind}, ${totalCount} runs` }];
  });
}

async function checkEngines(): Promise<Finding[]> {
  const engines = await probeEngines();
  return engines.map(({ name, available, detail }) => ({
    check: `engine ${name}`,
    verdict: available ? 'ok' : 'note',
    detail,
  }));
}

async function checkModels(config: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const listing of await listModels({ home: config.home })) {
    if (!listing.available) continue;
    const model = await findModel(listing.name, { home: config.home });
    const { engine, maxAbsoluteError, passed } = await verifyModel(model, config.engine);
    const outcome = passed ? 'computes correctly' : 'is computed WRONGLY';
    findings.push({
      check: 'model',
      verdict: passed ? 'ok' : 'problem',
      detail: `${listing.name} ${outcome} on ${engine} (largest error ${maxAbsoluteError.toExponential(1)})`,
    });
  }
  return findings;
}

async function checkDatasets(config: Config): Promise<Finding[]> {
  const sources = await listDatasetSources(config);
  return sources.map(({ name, available, imageCount }) => ({
    check: 'data set',
    verdict: available ? 'ok' : 'note',
    detail: `${name}: ${available ? `${imageCount} images` : 'not here yet; fetched when first used'}`,
  }));
}
