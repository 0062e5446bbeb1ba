import { existsSync } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInputError, messageOf } from '../errors.ts';
import { readTextTable, requireColumn, typeColumn } from '../formats/textTable.ts';
import type { CategoricalColumn, DatasetFailure, NumericColumn } from './dataset.ts';
import { refuseLink } from './imageFolderScan.ts';

/** What a table says of the images of a folder, in their order. */
export interface ImageMetadata {
  /** The column `label`, which goes before names of folders; null where there is none. */
  readonly labels: readonly string[] | null;
  readonly columns: readonly CategoricalColumn[];
  readonly numbers: readonly NumericColumn[];
  /** What could not be used, and why. */
  readonly failures: readonly DatasetFailure[];
}

/** As Hugging Face's image folders have it. */
const FILES = ['metadata.csv', 'metadata.jsonl'];
const NAME_COLUMNS = ['file_name', 'filename', 'file'];
/** Names that mean something else wherever points are asked for. */
const TAKEN_NAMES = new Set(['label', 'file', 'image', 'radius', 'angle', 'recall']);
/** Eight bytes an image each, in the memory of server and page. */
const MOST_COLUMNS = 32;
const MOST_BYTES = 2 ** 29;

const NONE: ImageMetadata = { labels: null, columns: [], numbers: [], failures: [] };

/** Where a column would stand for something else, its name says that it is data. */
export function columnName(name: string): string {
  return TAKEN_NAMES.has(name.toLowerCase()) ? `data_${name}` : name;
}

/**
 * Reads `metadata.csv` or `metadata.jsonl` of a folder, whose column `file_name` names images relative to it. A table
 * that cannot be used is told of among the failures: the images are there without it.
 * @param files the images of the folder
 */
export async function readImageMetadata(root: string, files: readonly string[]): Promise<ImageMetadata> {
  const file = FILES.find((name) => existsSync(join(root, name)));
  if (file === undefined) return NONE;
  try {
    return await readMetadata(root, file, files);
  } catch (error) {
    return { ...NONE, failures: [{ file, reason: messageOf(error).replace(`${join(root, file)}: `, '') }] };
  }
}

/**
 * Reads a table of what is known of rows of vectors: line i is of row i.
 * @throws BadInputError when it cannot be read, or has another number of lines.
 */
export async function readRowColumns(
  file: string,
  rowCount: number,
): Promise<Pick<ImageMetadata, 'columns' | 'numbers'>> {
  const { names, rows } = await readTextTable(file);
  if (rows.length !== rowCount) {
    throw new BadInputError(`${file}: has ${rows.length} lines for ${rowCount} rows; one line a row is needed`);
  }
  if (names.length > MOST_COLUMNS) {
    throw new BadInputError(`${file}: has ${names.length} columns; at most ${MOST_COLUMNS} are taken`);
  }
  return typedColumns(names, (column) => rows.map((cells) => cells[column] ?? ''));
}

async function readMetadata(root: string, file: string, files: readonly string[]): Promise<ImageMetadata> {
  await requireUsable(root, file);
  const table = await readTextTable(join(root, file));
  const nameColumn = requireColumn(table, join(root, file), NAME_COLUMNS);
  const rowOf = new Map(table.rows.map((cells, row) => [cells[nameColumn], row]));
  const rows = files.map((name) => rowOf.get(name) ?? -1);
  const cellsOf = (column: number): string[] => rows.map((row) => table.rows[row]?.[column] ?? '');
  const labelColumn = table.names.indexOf('label');
  const further = [...table.names.keys()].filter((column) => column !== nameColumn && column !== labelColumn);
  const failures = unknownNames(file, rowOf, files);
  if (further.length > MOST_COLUMNS) {
    failures.push({
      file,
      reason: `has ${further.length} columns; those after the first ${MOST_COLUMNS} are left out`,
    });
  }
  const taken = further.slice(0, MOST_COLUMNS);
  return {
    labels: labelColumn < 0 ? null : cellsOf(labelColumn),
    ...typedColumns(
      taken.map((column) => table.names[column]),
      (position) => cellsOf(taken[position]),
    ),
    failures,
  };
}

/** Whoever may open the folder is told nothing of files elsewhere. */
async function requireUsable(root: string, file: string): Promise<void> {
  const path = join(root, file);
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw new BadInputError(`is larger than ${MOST_BYTES / 2 ** 20} MiB`);
  if (!(await lstat(path)).isSymbolicLink()) return;
  const reason = await refuseLink(path, await realpath(root));
  if (reason !== null) throw new BadInputError(reason);
}

function typedColumns(names: readonly string[], cellsOf: (column: number) => string[]) {
  const columns: CategoricalColumn[] = [];
  const numbers: NumericColumn[] = [];
  for (const [column, given] of names.entries()) {
    const name = columnName(given);
    const typed = typeColumn(cellsOf(column));
    if (typed.kind === 'numbers') numbers.push({ name, values: typed.values });
    if (typed.kind === 'categories') columns.push({ name, names: typed.names, codes: typed.codes });
  }
  return { columns, numbers };
}

function unknownNames(file: string, rowOf: ReadonlyMap<string, number>, files: readonly string[]): DatasetFailure[] {
  const known = new Set(files);
  const unknown = [...rowOf.keys()].filter((name) => !known.has(name));
  if (unknown.length === 0) return [];
  const others = unknown.length === 1 ? '' : `, and ${unknown.length - 1} more like it`;
  return [{ file, reason: `names "${unknown[0]}", which is no image of the folder${others}` }];
}
