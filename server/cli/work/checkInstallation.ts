import { existsSync } from 'node:fs';
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import type { Config } from '../../config.ts';
import { listDatasetSources } from '../../dataset/datasetSources.ts';
import { messageOf } from '../../errors.ts';
import { describeFileError } from '../../formats/files.ts';
import { findModel, listModels } from '../../extraction/modelCatalog.ts';
import { probeEngines } from '../../extraction/engines/probeEngines.ts';
import { verifyModel } from '../../extraction/verifyModel.ts';
import { distFile } from '../../paths.ts';
import { version } from '../../version.ts';
import { checkGpu, checkNetwork, checkNode, checkVersions } from './checkSurroundings.ts';
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

type Measure = (path: string) => Promise<{ readonly bavail: number; readonly bsize: number }>;
type Check = (config: Config) => Promise<Finding[]>;

const CHECKS: readonly Check[] = [
  checkMachine,
  checkNode,
  checkVersions,
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

/** @param find where a part of the build is */
export async function checkBuild(_config?: Config, find = distFile): Promise<Finding[]> {
  const parts = ['wasm/neighbors.wasm', 'wasm/projection.wasm', 'client/index.html'];
  const missing = parts.filter((part) => !existsSync(find(part)));
  return missing.length === 0
    ? [{ check: 'build', verdict: 'ok', detail: 'complete' }]
    : [{ check: 'build', verdict: 'problem', detail: `missing ${missing.join(', ')}; run "npm run build"` }];
}

/** @param measure as `statfs` */
export async function checkHome(config: Config, measure: Measure = statfs): Promise<Finding[]> {
  try {
    await mkdir(config.home, { recursive: true });
    await access(config.home, constants.W_OK);
  } catch (error) {
    const reason = messageOf(describeFileError(config.home, error, 'written'));
    return [{ check: 'disk', verdict: 'problem', detail: `${reason}; CIRCLE_LIMIT_HOME names another folder` }];
  }
  const { bavail, bsize } = await measure(config.home);
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

/** Each model that is here on its own, so that one which is broken does not hide the others. */
async function checkModels(config: Config): Promise<Finding[]> {
  const here = (await listModels({ home: config.home })).filter(({ available }) => available);
  const findings: Finding[] = [];
  for (const { name } of here) {
    try {
      findings.push(await checkModel(name, config));
    } catch (error) {
      findings.push({ check: 'model', verdict: 'problem', detail: `${name}: ${messageOf(error)}` });
    }
  }
  return findings;
}

async function checkModel(name: string, config: Config): Promise<Finding> {
  const model = await findModel(name, { home: config.home });
  const { engine, error, measure, passed } = await verifyModel(model, config.engine);
  const outcome = passed ? 'computes correctly' : 'is computed WRONGLY';
  return {
    check: 'model',
    verdict: passed ? 'ok' : 'problem',
    detail: `${name} ${outcome} on ${engine} (${measure} ${error.toExponential(1)})`,
  };
}

async function checkDatasets(config: Config): Promise<Finding[]> {
  const sources = await listDatasetSources(config);
  return sources.map(({ name, available, imageCount }) => ({
    check: 'data set',
    verdict: available ? 'ok' : 'note',
    detail: `${name}: ${available ? `${imageCount} images` : 'not here yet; fetched when first used'}`,
  }));
}
