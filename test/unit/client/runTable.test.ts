import { describe, expect, test } from 'vitest';
import { readTableState, tableQuery } from '../../../client/src/composables/useTableState.ts';
import type { RunSummaryFragment } from '../../../client/src/graphql/generated/graphql.ts';
import { parseQuery } from '../../../client/src/query/query.ts';
import { RUN_COLUMNS, sortRuns } from '../../../client/src/runs/runColumns.ts';
import { formatSummary, groupRuns, nameWithin, summarize } from '../../../client/src/runs/runGroups.ts';
import { queryProblem, runMatches, runQueryFields, strictestTerm } from '../../../client/src/runs/runQuery.ts';
import { differingSettings } from '../../../client/src/runSettings.ts';
import { readNumberList } from '../../../client/src/startRun/numberLists.ts';

interface Given {
  name: string;
  seed?: number;
  perplexity?: number;
  recall?: number | null;
  tags?: string[];
  status?: RunSummaryFragment['status'];
}

function run({
  name,
  seed = 1,
  perplexity = 30,
  recall = null,
  tags = [],
  status = 'DONE',
}: Given): RunSummaryFragment {
  const parameters = {
    ...{ seed, iterations: 500, perplexity, furtherPerplexities: [], curvatureScale: null, geometry: 'POINCARE' },
    ...{ method: 'TSNE', learningRate: null, earlyExaggeration: 12, exaggeratedIterations: null, lateExaggeration: 1 },
    ...{ initialization: 'PCA', initialRunId: null, hierarchyWeight: 0, limit: null, pooling: 'cls', resolution: null },
  };
  return {
    ...{
      id: name,
      name,
      status,
      seed,
      tags,
      notes: '',
      group: null,
      archived: false,
      pointCount: 100,
      iterations: 500,
    },
    ...{ datasetName: 'emoji', modelName: 'nano', createdAt: '2026-01-01T00:00:00Z', durations: [], parameters },
    quality: recall === null ? null : { recallAt15: recall },
  } as unknown as RunSummaryFragment;
}

const names = (runs: readonly RunSummaryFragment[]): string => runs.map(({ name }) => name).join('');
const found = (line: string, runs: readonly RunSummaryFragment[]): string =>
  names(runs.filter((each) => runMatches(parseQuery(line), each)));

const RUNS = [
  run({ name: 'a', seed: 1, perplexity: 5, recall: 0.3, tags: ['old'] }),
  run({ name: 'b', seed: 2, perplexity: 15, recall: 0.5 }),
  run({ name: 'c', seed: 10, perplexity: 15, recall: 0.4, tags: ['old', 'paper figure'] }),
  run({ name: 'd', seed: 3, perplexity: 15, status: 'OPTIMIZING' }),
];

describe('the query line of the runs', () => {
  test('finds by words, by figures and by what is not', () => {
    expect(found('status:done recall>0.3', RUNS)).toBe('bc');
    expect(found('-tag:old', RUNS)).toBe('bd');
    expect(found('tag:"paper figure" OR status:optim*', RUNS)).toBe('cd');
    expect(found('perplexity:5..10', RUNS)).toBe('a');
    expect(found('seed:2,3', RUNS)).toBe('bd');
    expect(found('paper', RUNS)).toBe('c');
  });

  test('a run without a figure is neither above nor below a value', () => {
    expect(found('recall<1 OR recall>=1', RUNS)).toBe('abc');
  });

  test('says what is wrong with a field that does not exist or holds words', () => {
    expect(queryProblem(parseQuery('colour:red'))).toMatch(/no field "colour"; there are status/);
    expect(queryProblem(parseQuery('(a -model<3)'))).toMatch(/holds words/);
    expect(queryProblem(parseQuery('seed:many'))).toMatch(/"many" is not a number/);
    expect(queryProblem(parseQuery('tag:old seed:1'))).toBeNull();
  });

  test('completes with the values that occur', () => {
    expect(runQueryFields(RUNS).find(({ name }) => name === 'tag')?.values).toEqual(['old', 'paper figure']);
  });
});

describe('the table of runs', () => {
  test('sorts numbers as numbers, and runs without a value last either way', () => {
    expect(names(sortRuns(RUNS, { column: 'seed', descending: false }))).toBe('abdc');
    expect(names(sortRuns(RUNS, { column: 'recall', descending: false }))).toBe('acbd');
    expect(names(sortRuns(RUNS, { column: 'recall', descending: true }))).toBe('bcad');
    expect(names(sortRuns(RUNS, { column: 'name', descending: true }))).toBe('dcba');
  });

  test('names the term of a query that leaves least', () => {
    const query = parseQuery('perplexity:15 tag:old seed:9');
    expect(strictestTerm(query, RUNS)).toEqual({ term: parseQuery('seed:9'), count: 0 });
    expect(strictestTerm(parseQuery('seed:9'), RUNS)).toBeNull();
  });

  test('names a group after what the names of its runs begin with', () => {
    const group = (...all: string[]) => groupRuns(all.map((name) => run({ name })))[0]!;
    const sweep = group('Sweep · perplexity 5 · seed 1', 'Sweep · perplexity 5 · seed 2');
    expect(sweep.name).toBe('Sweep · perplexity 5');
    expect(sweep.runs.map((each) => nameWithin(each, sweep))).toEqual(['seed 1', 'seed 2']);
    const same = group('emoji', 'emoji');
    expect([same.name, nameWithin(same.runs[0]!, same)]).toEqual(['emoji', 'emoji']);
    const mixed = group('mine', 'emoji · seed 2');
    expect([mixed.name, nameWithin(mixed.runs[0]!, mixed)]).toEqual(['', 'mine']);
  });

  test('groups what differs in the seed alone, with mean and sample deviation', () => {
    const groups = groupRuns(RUNS);
    expect(groups.map(({ runs }) => names(runs))).toEqual(['a', 'bcd']);
    const summary = summarize([0.5, 0.4, null]);
    expect(summary?.mean).toBeCloseTo(0.45);
    expect(summary?.deviation).toBeCloseTo(Math.SQRT1_2 / 10);
    expect(formatSummary(summary, 3)).toBe('0.450 ± 0.071');
    expect(formatSummary(summarize([0.5]), 3)).toBe('0.500');
    expect(formatSummary(summarize([null]), 3)).toBe('–');
  });

  test('knows the settings that differ', () => {
    expect(differingSettings(RUNS).map(({ key }) => key)).toEqual(['seed', 'perplexity']);
  });

  test('no two columns have one key or one title', () => {
    for (const part of ['key', 'title'] as const) {
      expect(new Set(RUN_COLUMNS.map((column) => column[part])).size).toBe(RUN_COLUMNS.length);
    }
  });

  test('reads its state back from the address, and ignores what it does not know', () => {
    const state = readTableState({ q: 'tag:old', sort: '-recall', cols: 'seed,recall', base: 'run_1', group: '1' });
    expect(readTableState(tableQuery(state))).toEqual(state);
    expect(tableQuery(readTableState({ sort: 'no such', cols: 'nothing' }))).toEqual({});
  });
});

test('lists of numbers are ranges and numbers, each once', () => {
  expect(readNumberList('1-3, 2 7')).toEqual([1, 2, 3, 7]);
  expect(readNumberList('1 .. 3;0.5')).toEqual([1, 2, 3, 0.5]);
  expect(readNumberList('')).toEqual([]);
  expect(readNumberList('one')).toBeNull();
  expect(readNumberList('5-1')).toBeNull();
});
