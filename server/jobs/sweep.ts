import { BadInputError } from '../errors.ts';
import { NAME_SEPARATOR } from './describeRun.ts';
import { lastPart, type RunOrder } from './newRun.ts';

/** Several runs that differ in seed, perplexity or model. */
export interface SweepOrder {
  readonly base: RunOrder;
  readonly seeds?: readonly number[] | null;
  readonly perplexities?: readonly number[] | null;
  readonly models?: readonly string[] | null;
}

const MAX_RUNS = 64;

/**
 * Every combination of what varies as one order a run, all of one group: the seeds of one setting follow each other.
 * @param isTaken whether there is a group of this name already
 * @throws BadInputError unless there are 2 to 64 combinations
 */
export async function toSweepOrders(
  { base, seeds, perplexities, models }: SweepOrder,
  isTaken: (group: string) => Promise<boolean>,
): Promise<RunOrder[]> {
  const given = [
    { name: 'model', key: 'model', values: distinct(models) },
    { name: 'perplexity', key: 'perplexity', values: distinct(perplexities) },
    { name: 'seed', key: 'seed', values: distinct(seeds) },
  ];
  const varied = given.filter(({ values }) => values.length > 1);
  const shared: RunOrder = { ...base };
  for (const { key, values } of given) if (values.length === 1) Object.assign(shared, { [key]: values[0] });
  const combinations = varied.reduce<{ order: RunOrder; parts: string[] }[]>(
    (partial, { name, key, values }) =>
      partial.flatMap(({ order, parts }) =>
        values.map((value) => ({
          order: { ...order, [key]: value },
          parts: [...parts, `${name} ${typeof value === 'string' ? lastPart(value) : value}`],
        })),
      ),
    [{ order: shared, parts: [] }],
  );
  if (combinations.length < 2 || combinations.length > MAX_RUNS) {
    throw new BadInputError(
      `a sweep of ${combinations.length} runs: give seeds, perplexities or models that make 2 to ${MAX_RUNS}`,
    );
  }
  const model = distinct(models).length > 1 ? null : shared.model;
  const sources = [base.dataset ?? 'embeddings', model].filter((part) => part != null);
  const title = base.name?.trim() || sources.map(lastPart).join(NAME_SEPARATOR);
  const counts = varied
    .map(({ name, values }) => `${values.length} ${name === 'perplexity' ? 'perplexities' : `${name}s`}`)
    .join(' × ');
  const group = base.group?.trim() || (await freeName(`${title}, ${counts}`, isTaken));
  return combinations.map(({ order, parts }, index) => ({
    ...order,
    group,
    name: [title, ...parts].join(NAME_SEPARATOR),
    idempotencyKey: base.idempotencyKey == null ? null : `${base.idempotencyKey}/${index}`,
  }));
}

function distinct<Value>(values: readonly Value[] | null | undefined): Value[] {
  return [...new Set(values ?? [])];
}

async function freeName(name: string, isTaken: (group: string) => Promise<boolean>): Promise<string> {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name} (${number})`;
    if (!(await isTaken(candidate))) return candidate;
  }
}
