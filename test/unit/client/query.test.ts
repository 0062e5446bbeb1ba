import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completionsAt } from '../../../client/src/query/completions.ts';
import type { QueryField } from '../../../client/src/query/completions.ts';
import { formatQuery, parseQuery, QueryError } from '../../../client/src/query/query.ts';
import type { Query } from '../../../client/src/query/query.ts';

const field = fc.oneof(fc.constantFrom('label', 'split', 'radius', 'größe'), fc.string({ minLength: 1 }));
const word = fc.oneof(
  fc.constantFrom('cat', 'or', 'NOT', 'fire engine', '-x', '1..2', 'a"b', 'a\\b', '*'),
  fc.string(),
);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

/** Any tree that a line can say: lists have two terms at least, and a list inside one of its own kind is in brackets. */
const anyQuery = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small' },
    fc.record({ type: fc.constant('text' as const), text: word }),
    fc.record({ type: fc.constant('match' as const), field, values: fc.array(word, { minLength: 1, maxLength: 3 }) }),
    fc.record({
      type: fc.constant('compare' as const),
      field,
      operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
      value: number,
    }),
    fc.record({ type: fc.constant('range' as const), field, low: number, high: number }),
    fc.record({ type: fc.constant('not' as const), term: tie('query') }),
    fc.record({
      type: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('query'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).query;

describe('the query line', () => {
  test('gives back the tree from which a line was written', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        expect(parseQuery(formatQuery(query))).toEqual(query);
      }),
    );
  });

  test('answers any line with a tree or with one sentence, never otherwise', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        try {
          expect(parseQuery(line)).toHaveProperty('type');
        } catch (error) {
          expect(error).toBeInstanceOf(QueryError);
          expect((error as QueryError).message).toMatch(/./);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('joins terms side by side, and lets OR bind looser', () => {
    expect(parseQuery('label:cat split:test radius<2')).toEqual({
      type: 'and',
      terms: [
        { type: 'match', field: 'label', values: ['cat'] },
        { type: 'match', field: 'split', values: ['test'] },
        { type: 'compare', field: 'radius', operator: '<', value: 2 },
      ],
    });
    expect(parseQuery('a b OR c')).toEqual(parseQuery('(a b) OR c'));
  });

  test('reads a word that begins like an operator as a word', () => {
    expect(parseQuery('order')).toEqual({ type: 'text', text: 'order' });
    expect(parseQuery('android notes')).toEqual(parseQuery('"android" "notes"'));
  });

  test('says what is missing', () => {
    expect(() => parseQuery('radius<')).toThrow('radius');
    expect(() => parseQuery('label:"fire')).toThrow('quotation mark');
    // No number of 64 bits: read as infinite it could not be written again.
    expect(() => parseQuery(`radius:1..${'9'.repeat(400)}`)).toThrow('cannot be read here');
  });
});

describe('completion', () => {
  const fields: QueryField[] = [
    { name: 'label', kind: 'category', values: ['cat', 'car', 'fire engine'], help: '' },
    { name: 'radius', kind: 'number', values: null, help: '' },
  ];
  const texts = (line: string): string[] => completionsAt(line, line.length, fields).map(({ text }) => text);

  test('offers fields, and values of a field after its colon', () => {
    expect(texts('ra')).toEqual(['radius']);
    expect(texts('label:ca')).toEqual(['cat', 'car']);
    expect(texts('label:cat,f')).toEqual(['fire engine']);
  });

  test('offers a field and value for a word alone', () => {
    expect(texts('fire')).toEqual(['label:"fire engine"']);
  });

  test('quotes a value with a space and keeps what stands around the cursor', () => {
    const [completion] = completionsAt('label:fi radius<2', 8, fields);
    expect(completion!.line).toBe('label:"fire engine" radius<2');
    expect(completion!.cursor).toBe('label:"fire engine" '.length);
  });

  test('continues a quoted value', () => {
    const line = 'label:"fire en';
    expect(completionsAt(line, line.length, fields)[0]!.line).toBe('label:"fire engine" ');
  });
});
