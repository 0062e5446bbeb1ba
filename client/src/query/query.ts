import { parse, SyntaxError } from './generated/parser.js';

export type Comparator = '<' | '<=' | '>' | '>=' | '=' | '!=';

/** What a query line says, as a tree. */
export type Query =
  | { readonly type: 'all' }
  | { readonly type: 'and' | 'or'; readonly terms: readonly Query[] }
  | { readonly type: 'not'; readonly term: Query }
  /** One of `values`, in any case; `*` stands for any letters. */
  | { readonly type: 'match'; readonly field: string; readonly values: readonly string[] }
  | { readonly type: 'compare'; readonly field: string; readonly operator: Comparator; readonly value: number }
  /** Both ends included. */
  | { readonly type: 'range'; readonly field: string; readonly low: number; readonly high: number }
  /** Part of a label or a name, in any case. */
  | { readonly type: 'text'; readonly text: string };

/** A query that cannot be read or answered; the message is one sentence for people. */
export class QueryError extends Error {
  constructor(
    message: string,
    /** Where in the line it went wrong, where that is known. */
    readonly offset: number | null = null,
  ) {
    super(message);
    this.name = 'QueryError';
  }
}

/** @throws QueryError saying what was expected where */
export function parseQuery(line: string): Query {
  try {
    return parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const { offset } = error.location.start;
    throw new QueryError(describeMistake(line, offset), offset);
  }
}

function describeMistake(line: string, offset: number): string {
  if ((line.match(/(?<!\\)"/g) ?? []).length % 2 === 1) return 'A quotation mark is open; close it with ".';
  const rest = line.slice(offset).trim();
  if (rest === '') return `Something is missing after "${line.trim()}"; for example: label:cat radius<2`;
  return `"${rest}" cannot be read here; for example: label:cat,dog split:test radius<2 -truck`;
}

/** The line for a query; `parseQuery` gives the same tree back. */
export function formatQuery(query: Query): string {
  switch (query.type) {
    case 'all':
      return '';
    case 'and':
    case 'or':
      return query.terms.map((term) => inside(term)).join(query.type === 'and' ? ' ' : ' OR ');
    case 'not':
      return `-${inside(query.term)}`;
    case 'match':
      return `${formatField(query.field)}:${query.values.map(formatValue).join(',')}`;
    case 'compare':
      return `${formatField(query.field)}${query.operator}${query.value}`;
    case 'range':
      return `${formatField(query.field)}:${query.low}..${query.high}`;
    case 'text':
      return formatValue(query.text);
  }
}

function inside(query: Query): string {
  return query.type === 'and' || query.type === 'or' ? `(${formatQuery(query)})` : formatQuery(query);
}

const PLAIN_FIELD = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;
const PLAIN_VALUE = /^[\p{L}_*/.][\p{L}\p{N}_*/.-]*$/u;
const WORD = /^(and|or|not)$/i;

function formatField(field: string): string {
  return PLAIN_FIELD.test(field) && !WORD.test(field) ? field : quoted(field);
}

/** A value as it is written in a query: quoted where letters have a meaning. */
export function formatValue(value: string): string {
  return PLAIN_VALUE.test(value) && !WORD.test(value) ? value : quoted(value);
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, (letter) => `\\${letter}`)}"`;
}
