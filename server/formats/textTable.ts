import { createInterface } from 'node:readline';
import { BadInputError, excerpt } from '../errors.ts';
import { readRecords } from './csv.ts';
import { openForReading, unreadable } from './files.ts';
import { labelsFromStrings } from './labels.ts';
import type { Labels } from './labels.ts';

/** A table as text: `rows[i][j]` is the cell of column `names[j]`, empty for none. */
export interface TextTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A column by what its cells are: all numbers, few different texts, or neither. */
export type TypedColumn =
  | { readonly kind: 'numbers'; readonly values: Float64Array }
  | ({ readonly kind: 'categories' } & Labels)
  | { readonly kind: 'text' };

const MOST_CATEGORIES = 1000;

/**
 * Reads a table: CSV with a first line of names, or JSON Lines, one object a line whose nested values are left out.
 * @throws BadInputError naming the file, and the line of what cannot be read.
 */
export async function readTextTable(file: string): Promise<TextTable> {
  return /\.jsonl$/i.test(file) ? readJsonLines(file) : readCsvTable(file);
}

/** What a column holds; `NaN` and code −1 stand for an empty cell. */
export function typeColumn(cells: readonly string[]): TypedColumn {
  const values = Float64Array.from(cells, (cell) => (cell === '' ? NaN : Number(cell)));
  const isEmpty = cells.every((cell) => cell === '');
  const areNumbers = cells.every((cell, row) => cell === '' || Number.isFinite(values[row]));
  if (areNumbers) return isEmpty ? { kind: 'text' } : { kind: 'numbers', values };
  const categories = categoriesOf(cells);
  return categories === null ? { kind: 'text' } : { kind: 'categories', ...categories };
}

/** Texts as classes; null where they are all empty, or so many that they name things and sort none. */
export function categoriesOf(cells: readonly string[]): Labels | null {
  const labels = labelsFromStrings(cells);
  return labels.names.length > 0 && labels.names.length <= MOST_CATEGORIES ? labels : null;
}

async function readCsvTable(file: string): Promise<TextTable> {
  let names: string[] | null = null;
  const rows: string[][] = [];
  await readRecords(file, (fields) => {
    const cells = fields.map((field) => field.trim());
    if (names === null) names = cells;
    else rows.push(cells);
  });
  if (names === null)
    throw new BadInputError(`${file}: is empty; a first line with the names of its columns is expected`);
  return { names, rows };
}

async function readJsonLines(file: string): Promise<TextTable> {
  const { handle } = await openForReading(file);
  const columns = new Map<string, number>();
  const rows: string[][] = [];
  let line = 0;
  try {
    for await (const text of createInterface({ input: handle.createReadStream({ autoClose: false }) })) {
      line++;
      if (text.trim() !== '') rows.push(cellsOf(JSON.parse(text), columns));
    }
  } catch (error) {
    const problem = unreadable(file, 'JSON Lines', error);
    throw error instanceof SyntaxError ? new BadInputError(`${file}: line ${line} is no JSON object`) : problem;
  } finally {
    await handle.close();
  }
  const names = [...columns.keys()];
  return { names, rows: rows.map((cells) => names.map((_, column) => cells[column] ?? '')) };
}

function cellsOf(value: unknown, columns: Map<string, number>): string[] {
  const cells: string[] = [];
  for (const [name, cell] of Object.entries((value ?? {}) as Record<string, unknown>)) {
    if (typeof cell !== 'string' && typeof cell !== 'number' && typeof cell !== 'boolean') continue;
    const column = columns.get(name) ?? columns.size;
    columns.set(name, column);
    cells[column] = String(cell).trim();
  }
  return cells;
}

/** The position of the first of these columns that a table has, in the order given. @throws BadInputError for none. */
export function requireColumn({ names }: TextTable, file: string, wanted: readonly string[]): number {
  for (const name of wanted) {
    const column = names.findIndex((one) => one.toLowerCase() === name);
    if (column >= 0) return column;
  }
  const found = excerpt(names.join(', '));
  throw new BadInputError(`${file}: has no column named ${wanted[0]} (its columns are ${found})`);
}
