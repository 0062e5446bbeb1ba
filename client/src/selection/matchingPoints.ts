import { QueryError } from '../query/query.ts';
import type { Comparator, Query } from '../query/query.ts';
import { globPattern } from '../query/valuePatterns.ts';
import { PointSet } from './pointSet.ts';
import type { PointField } from './pointFields.ts';

/**
 * The points for which a query holds.
 * @throws QueryError for a field or a value that does not exist, saying which do
 */
export function matchingPoints(query: Query, fields: readonly PointField[], pointCount: number): PointSet {
  const answer = (part: Query): PointSet => {
    switch (part.type) {
      case 'all':
        return PointSet.all(pointCount);
      case 'and':
        return part.terms.map(answer).reduce((all, term) => all.intersection(term));
      case 'or':
        return part.terms.map(answer).reduce((all, term) => all.union(term));
      case 'not':
        return answer(part.term).complement();
      case 'match':
        return matching(findField(fields, part.field), part.values, pointCount);
      case 'compare':
        return comparing(numberField(fields, part.field), compare(part.operator, part.value), pointCount);
      case 'range':
        return comparing(
          numberField(fields, part.field),
          (value) => value >= part.low && value <= part.high,
          pointCount,
        );
      case 'text':
        return containing(part.text, fields, pointCount);
    }
  };
  return answer(query);
}

/** For a query that nothing matches: the term of it that alone leaves the fewest points. */
export function strictestTerm(
  query: Query,
  fields: readonly PointField[],
  pointCount: number,
): { readonly term: Query; readonly count: number } | null {
  if (query.type !== 'and') return null;
  const counted = query.terms.map((term) => ({ term, count: matchingPoints(term, fields, pointCount).size }));
  return counted.reduce((strictest, term) => (term.count < strictest.count ? term : strictest));
}

function findField(fields: readonly PointField[], name: string): PointField {
  const field = fields.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (field !== undefined) return field;
  throw new QueryError(`There is no field "${name}"; there are ${fields.map((known) => known.name).join(', ')}.`);
}

function numberField(fields: readonly PointField[], name: string): Extract<PointField, { kind: 'number' }> {
  const field = findField(fields, name);
  if (field.kind === 'number') return field;
  throw new QueryError(`"${field.name}" holds words, not numbers; write ${field.name}:word instead.`);
}

function matching(field: PointField, values: readonly string[], pointCount: number): PointSet {
  if (field.kind === 'text') {
    const patterns = values.map((value) => value.toLowerCase());
    return PointSet.where(pointCount, (point) => {
      const text = field.texts[point]?.toLowerCase() ?? '';
      return patterns.some((pattern) =>
        pattern.includes('*') ? globPattern(pattern).test(text) : text.includes(pattern),
      );
    });
  }
  if (field.kind === 'number') {
    const numbers = values.map(Number);
    const wrong = numbers.findIndex((value) => Number.isNaN(value));
    if (wrong >= 0) throw new QueryError(`"${values[wrong]}" is not a number, and ${field.name} holds numbers.`);
    return comparing(field, (value) => numbers.some((wanted) => Math.fround(wanted) === value), pointCount);
  }
  const wanted = new Uint8Array(field.names.length);
  for (const value of values) {
    const pattern = globPattern(value.toLowerCase());
    const found = field.names.map((name, code) => (pattern.test(name.toLowerCase()) ? code : -1)).filter((c) => c >= 0);
    if (found.length === 0)
      throw new QueryError(`No ${field.name} is called "${value}"${suggestion(value, field.names)}.`);
    for (const code of found) wanted[code] = 1;
  }
  return PointSet.where(pointCount, (point) => wanted[field.codes[point]!] === 1);
}

function comparing(
  field: Extract<PointField, { kind: 'number' }>,
  holds: (value: number) => boolean,
  pointCount: number,
): PointSet {
  return PointSet.where(pointCount, (point) => holds(field.values[point]!));
}

/** Points one of whose categories or texts contains the letters; of a category every name is read once. */
function containing(text: string, fields: readonly PointField[], pointCount: number): PointSet {
  const letters = text.toLowerCase();
  let found = PointSet.none(pointCount);
  for (const field of fields) {
    if (field.kind === 'number') continue;
    if (field.kind === 'text') {
      found = found.union(PointSet.where(pointCount, (i) => field.texts[i]?.toLowerCase().includes(letters) ?? false));
      continue;
    }
    const codes = Uint8Array.from(field.names, (name) => (name.toLowerCase().includes(letters) ? 1 : 0));
    if (codes.includes(1)) found = found.union(PointSet.where(pointCount, (i) => codes[field.codes[i]!] === 1));
  }
  return found;
}

function compare(operator: Comparator, wanted: number): (value: number) => boolean {
  // Values are kept in single precision: 0.6 has to equal 0.6.
  const single = Math.fround(wanted);
  switch (operator) {
    case '<':
      return (value) => value < single;
    case '<=':
      return (value) => value <= single;
    case '>':
      return (value) => value > single;
    case '>=':
      return (value) => value >= single;
    case '=':
      return (value) => value === single;
    case '!=':
      return (value) => value !== single && !Number.isNaN(value);
  }
}

function suggestion(value: string, names: readonly string[]): string {
  const letters = value.toLowerCase();
  const near = names.find((name) => {
    const other = name.toLowerCase();
    return other.includes(letters) || letters.includes(other) || other.slice(0, 3) === letters.slice(0, 3);
  });
  if (near !== undefined) return `; did you mean "${near}"`;
  const some = names.slice(0, 4).join(', ');
  return some === '' ? '' : `; there are ${some}${names.length > 4 ? ', …' : ''}`;
}
