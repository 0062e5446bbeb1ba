import { isAbsolute, resolve } from 'node:path';
import { BadInputError, NotFoundError } from '../errors.ts';
import { INTERPOLATIONS, POOLINGS } from '../extraction/extraction.ts';
import { locateModel } from '../extraction/modelCatalog.ts';
import type { EmbeddingSet, NewRun, Store } from '../storage/store.ts';
import { NAME_SEPARATOR } from './describeRun.ts';
import { requireInitialRun, toParameters, type LayoutOrder } from './layoutChoices.ts';
import { wholeNumberBetween as wholeNumber } from './numberBetween.ts';
import type { RunParts } from './runParts.ts';

/** What a caller may ask for; everything that is left out or null has a default. */
export interface RunOrder extends LayoutOrder {
  readonly dataset?: string | null;
  readonly model?: string | null;
  readonly embeddingSetId?: string | null;
  readonly name?: string | null;
  readonly group?: string | null;
  readonly limit?: number | null;
  readonly pooling?: string | null;
  readonly resolution?: number | null;
  readonly interpolation?: string | null;
  readonly normalize?: boolean | null;
  readonly idempotencyKey?: string | null;
  readonly priority?: number | null;
}

const MAX_TEXT_LENGTH = 1000;

/**
 * Checks an order and fills in the defaults.
 * @throws BadInputError naming the value; NotFoundError for an unknown embedding set.
 */
export async function toNewRun(order: RunOrder, store: Store): Promise<NewRun> {
  const parameters = toParameters(order);
  await requireInitialRun(parameters, store.runs);
  const group = groupName(order);
  const limit = wholeNumber('limit', order.limit, 4, 10_000_000) ?? null;
  if (order.idempotencyKey != null) checkText('idempotencyKey', order.idempotencyKey, 200);
  const queueing = {
    priority: wholeNumber('priority', order.priority, -100, 100) ?? 0,
    idempotencyKey: order.idempotencyKey ?? undefined,
  };
  if (order.embeddingSetId != null) {
    if (order.dataset != null || order.model != null) {
      throw new BadInputError('give either dataset and model, or embeddingSetId, not both');
    }
    const set = await findSet(order.embeddingSetId, store);
    return {
      name: runName(order, set.name),
      group,
      request: {
        ...{ datasetName: null, modelName: null, limit, pooling: set.pooling, resolution: set.resolution },
        ...{ interpolation: set.interpolation, normalize: set.normalize },
      },
      parameters,
      embeddingSetId: set.id,
      ...queueing,
    };
  }
  const { datasetName, modelName } = namesOf(order);
  const pooling = oneOf('pooling', order.pooling, POOLINGS) ?? 'cls';
  const interpolation = oneOf('interpolation', order.interpolation, INTERPOLATIONS) ?? null;
  const normalize = order.normalize ?? false;
  const resolution = wholeNumber('resolution', order.resolution, 16, 4096) ?? null;
  return {
    group,
    name: runName(order, [datasetName, modelName].map(lastPart).join(NAME_SEPARATOR)),
    request: { datasetName, modelName, limit, pooling, resolution, interpolation, normalize },
    parameters,
    embeddingSetId: null,
    ...queueing,
  };
}

/**
 * Refuses what could only fail later: nothing is downloaded or read.
 * @throws BadInputError for an unknown data set or model; ForbiddenError for a path that this server does not open;
 * UnavailableError when the model's weights are not here.
 */
export async function requireSources({ request }: NewRun, parts: Pick<RunParts, 'datasets' | 'home'>): Promise<void> {
  const { datasetName, modelName } = request;
  if (datasetName !== null) await parts.datasets.require(datasetName);
  if (modelName === null) return;
  if (isAbsolute(modelName)) await parts.datasets.requireAllowedPath(modelName);
  locateModel(modelName, { home: parts.home });
}

function oneOf<T extends string>(name: string, value: string | null | undefined, choices: readonly T[]): T | undefined {
  const found = choices.find((choice) => choice === value);
  if (value == null || found !== undefined) return found;
  throw new BadInputError(`${name}: "${value}" is not one of ${choices.join(', ')}`);
}

function namesOf({ dataset, model }: RunOrder): { datasetName: string; modelName: string } {
  if (!dataset || !model) {
    throw new BadInputError(
      'dataset and model are needed, or embeddingSetId; for example dataset "emoji", model "nano"',
    );
  }
  checkText('dataset', dataset);
  checkText('model', model);
  const isPath = (name: string) => name.startsWith('.') || isAbsolute(name);
  return {
    datasetName: isPath(dataset) ? resolve(dataset) : dataset,
    modelName: isPath(model) ? resolve(model) : model,
  };
}

async function findSet(id: string, store: Store): Promise<EmbeddingSet> {
  const set = await store.embeddingSets.findEmbeddingSet(id);
  if (set === null) throw new NotFoundError(`no embedding set has the id ${id}`);
  return set;
}

function runName(order: RunOrder, fallback: string): string {
  const name = order.name?.trim();
  if (!name) return fallback;
  checkText('name', name);
  return name;
}

function groupName({ group }: RunOrder): string | null {
  const name = group?.trim();
  if (!name) return null;
  checkText('group', name);
  return name;
}

/** @throws BadInputError when a text is longer than any person would write it. */
export function checkText(name: string, value: string, maximum = MAX_TEXT_LENGTH): void {
  if (value.length > maximum) throw new BadInputError(`${name}: ${value.length} characters, at most ${maximum}`);
  if (value.includes('\0')) throw new BadInputError(`${name}: holds a zero character`);
}

/** A data set or model in the name of a run: of a folder its last part. */
export function lastPart(name: string): string {
  return isAbsolute(name) ? (name.split(/[\\/]/).findLast((part) => part !== '') ?? name) : name;
}
