import { QueryError } from '../query/query.ts';
import type { Comparator, Query } from '../query/query.ts';
import type { QueryField } from '../query/completions.ts';
import { globPattern } from '../query/valuePatterns.ts';
import type { RunSummaryFragment } from '../graphql/generated/graphql.ts';
import { RUN_FIGURES } from '../runSettings.ts';

type Run = RunSummaryFragment;

interface WordField {
  readonly kind: 'category' | 'text';
  readonly help: string;
  readonly wordsOf: (run: Run) => readonly string[];
}
interface NumberField {
  readonly kind: 'number';
  readonly help: string;
  readonly numberOf: (run: Run) => number | null;
}

const words = (help: string, wordsOf: (run: Run) => readonly (string | null | undefined)[]): WordField => ({
  kind: 'category',
  help,
  wordsOf: (run) => wordsOf(run).filter((word) => word != null && word !== '') as string[],
});
const number = (help: string, numberOf: NumberField['numberOf']): NumberField => ({ kind: 'number', help, numberOf });

const FIELDS: Readonly<Record<string, WordField | NumberField>> = {
  status: words('Where it stands', (run) => [run.status.toLowerCase()]),
  dataset: words('Data set', (run) => [run.datasetName]),
  model: words('Model', (run) => [run.modelName]),
  tag: words('One of its tags', (run) => run.tags),
  group: words('Its group, such as a sweep', (run) => [run.group]),
  method: words('t-SNE or UMAP', ({ parameters }) => [parameters.method === 'UMAP' ? 'umap' : 'tsne']),
  plane: words('hyperbolic or flat', ({ parameters }) => [parameters.geometry === 'EUCLIDEAN' ? 'flat' : 'hyperbolic']),
  start: words('Where the layout starts', ({ parameters }) => [parameters.initialization.toLowerCase()]),
  name: { kind: 'text', help: 'Part of the name', wordsOf: (run) => [run.name] },
  notes: { kind: 'text', help: 'Part of the notes', wordsOf: (run) => [run.notes] },
  points: number('Points', (run) => run.pointCount),
  seed: number('Seed', (run) => run.seed),
  perplexity: number('Perplexity', ({ parameters }) => parameters.perplexity),
  iterations: number('Iterations asked for', (run) => run.iterations),
  ...Object.fromEntries(RUN_FIGURES.map(({ key, title, valueOf }) => [key, number(title, valueOf)])),
};

/** The fields of the query line of the runs, with the values that occur. */
export function runQueryFields(runs: readonly Run[]): QueryField[] {
  return Object.entries(FIELDS).map(([name, field]) => ({
    name,
    kind: field.kind,
    help: field.help,
    values: field.kind === 'category' ? [...new Set(runs.flatMap(field.wordsOf))].sort() : null,
  }));
}

/**
 * Whether a query holds for a run.
 * @throws QueryError for a field that does not exist or holds something else, saying which do
 */
export function runMatches(query: Query, run: Run): boolean {
  switch (query.type) {
    case 'all':
      return true;
    case 'and':
      return query.terms.every((term) => runMatches(term, run));
    case 'or':
      return query.terms.some((term) => runMatches(term, run));
    case 'not':
      return !runMatches(query.term, run);
    case 'match':
      return matches(query.field, query.values, run);
    case 'compare':
      return compares(query.operator, numberOf(query.field, run), query.value);
    case 'range': {
      const value = numberOf(query.field, run);
      return value !== null && value >= query.low && value <= query.high;
    }
    case 'text':
      return contains(run, query.text.toLowerCase());
  }
}

/** Of terms that must all hold, the one that fewest runs have, and how many; null where there is one term alone. */
export function strictestTerm(query: Query, runs: readonly Run[]): { term: Query; count: number } | null {
  if (query.type !== 'and') return null;
  const counted = query.terms.map((term) => ({ term, count: runs.filter((run) => runMatches(term, run)).length }));
  return counted.reduce((least, each) => (each.count < least.count ? each : least));
}

/** What is wrong with a query, whatever runs there are; null when it can be answered. */
export function queryProblem(query: Query): string | null {
  try {
    checkFields(query);
    return null;
  } catch (error) {
    if (error instanceof QueryError) return error.message;
    throw error;
  }
}

function checkFields(query: Query): void {
  if (query.type === 'and' || query.type === 'or') query.terms.forEach(checkFields);
  if (query.type === 'not') checkFields(query.term);
  if (query.type === 'compare' || query.type === 'range') numberField(query.field);
  if (query.type !== 'match') return;
  const field = findField(query.field);
  const wrong = field.kind === 'number' ? query.values.find((value) => Number.isNaN(Number(value))) : undefined;
  if (wrong !== undefined) throw new QueryError(`"${wrong}" is not a number, and ${query.field} holds numbers.`);
}

function matches(name: string, values: readonly string[], run: Run): boolean {
  const field = findField(name);
  if (field.kind === 'number') return values.some((value) => Number(value) === field.numberOf(run));
  const own = field.wordsOf(run).map((word) => word.toLowerCase());
  return values.some((value) => {
    const wanted = value.toLowerCase();
    if (field.kind === 'text' && !wanted.includes('*')) return own.some((text) => text.includes(wanted));
    const pattern = globPattern(wanted);
    return own.some((word) => pattern.test(word));
  });
}

function contains(run: Run, letters: string): boolean {
  return Object.values(FIELDS).some(
    (field) => field.kind !== 'number' && field.wordsOf(run).some((word) => word.toLowerCase().includes(letters)),
  );
}

function compares(operator: Comparator, value: number | null, wanted: number): boolean {
  if (value === null) return false;
  switch (operator) {
    case '<':
      return value < wanted;
    case '<=':
      return value <= wanted;
    case '>':
      return value > wanted;
    case '>=':
      return value >= wanted;
    case '=':
      return value === wanted;
    case '!=':
      return value !== wanted;
  }
}

function numberOf(name: string, run: Run): number | null {
  return numberField(name).numberOf(run);
}

function numberField(name: string): NumberField {
  const field = findField(name);
  if (field.kind === 'number') return field;
  throw new QueryError(`"${name}" holds words, not numbers; write ${name}:word instead.`);
}

function findField(name: string): WordField | NumberField {
  const known = Object.entries(FIELDS).find(([key]) => key.toLowerCase() === name.toLowerCase());
  if (known !== undefined) return known[1];
  throw new QueryError(`There is no field "${name}"; there are ${Object.keys(FIELDS).join(', ')}.`);
}
