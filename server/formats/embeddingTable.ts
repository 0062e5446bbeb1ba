import { once } from 'node:events';
import { extname } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { ByteWriter, ParquetWriter, type ColumnSource } from 'hyparquet-writer';
import { BadInputError } from '../errors.ts';
import { atomicWrite } from './atomicWrite.ts';
import type { EmbeddingMatrix } from './embeddingMatrix.ts';
import { encodeLabelsNpy, labelAt, type Labels } from './labels.ts';
import { encodeNpyHeader } from './npyEncode.ts';
import { encodeNpyStrings } from './npyWrite.ts';
import { writeNpz } from './npz.ts';

export const EMBEDDING_FORMATS = ['npy', 'npz', 'csv', 'parquet'] as const;
export type EmbeddingFormat = (typeof EMBEDDING_FORMATS)[number];

/** Embeddings with what is known of their rows. */
export interface EmbeddingTable {
  readonly vectors: EmbeddingMatrix;
  readonly labels: Labels;
  /** A name for each row. */
  readonly names: readonly string[];
}

const ROWS_A_PIECE = 500;
const VALUES_A_PIECE = 1 << 18;

/** The format that a file name asks for. @throws BadInputError for another ending. */
export function embeddingFormatOf(file: string): EmbeddingFormat {
  const found = EMBEDDING_FORMATS.find((format) => extname(file).toLowerCase() === `.${format}`);
  if (found !== undefined) return found;
  throw new BadInputError(`${file}: a file name ending in .npy, .npz, .csv or .parquet is needed`);
}

/**
 * Writes embeddings atomically, piece by piece, in the format of the file's name: .npy holds the vectors alone, .npz the
 * arrays `embeddings`, `labels` and `names`, .csv and .parquet a table of index, name, label and the vector.
 */
export async function writeEmbeddings(file: string, table: EmbeddingTable): Promise<void> {
  const format = embeddingFormatOf(file);
  await atomicWrite(file, async (destination) => {
    if (format === 'npz') await writeNpzTable(table, destination);
    else if (format === 'parquet') await writeParquetTable(table, destination);
    else {
      const pieces = format === 'npy' ? npyPieces(table.vectors) : csvPieces(table);
      await pipeline(Readable.from(pieces, { highWaterMark: 1 }), destination, { end: false });
    }
  });
}

function* npyPieces({ rows, dimension, values }: EmbeddingMatrix): Generator<Uint8Array> {
  yield encodeNpyHeader('<f4', [rows, dimension]);
  for (let start = 0; start < values.length; start += VALUES_A_PIECE) {
    const piece = values.subarray(start, start + VALUES_A_PIECE);
    yield new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  }
}

function* csvPieces({ vectors: { rows, dimension, values }, labels, names }: EmbeddingTable): Generator<string> {
  yield stringify([['index', 'name', 'label', ...Array.from({ length: dimension }, (_, i) => `x${i}`)]]);
  for (let start = 0; start < rows; start += ROWS_A_PIECE) {
    const length = Math.min(ROWS_A_PIECE, rows - start);
    const records = Array.from({ length }, (_, position) => {
      const row = start + position;
      // Float32Array's elements print as float64 with all digits, so they read back as the same float32.
      return [row, names[row], labelAt(labels, row), ...values.subarray(row * dimension, (row + 1) * dimension)];
    });
    yield stringify(records);
  }
}

function writeNpzTable({ vectors, labels, names }: EmbeddingTable, destination: Writable): Promise<void> {
  const arrays = {
    embeddings: npyPieces(vectors),
    labels: [encodeLabelsNpy(labels)],
    names: [encodeNpyStrings(names)],
  };
  return writeNpz(arrays, destination);
}

async function writeParquetTable(table: EmbeddingTable, destination: Writable): Promise<void> {
  const { rows, dimension, values } = table.vectors;
  const writer = new StreamedWriter(destination);
  const schema = [
    { name: 'root', num_children: 4 },
    { name: 'index', type: 'INT32', repetition_type: 'REQUIRED' },
    { name: 'name', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
    { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    { name: 'embedding', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
  ] as const;
  const parquet = new ParquetWriter({ writer, schema: [...schema], createdBy: 'circle-limit' });
  const rowsPerGroup = Math.max(1, Math.floor((VALUES_A_PIECE * 4) / dimension));
  for (let start = 0; start < rows; start += rowsPerGroup) {
    const group = Array.from({ length: Math.min(rowsPerGroup, rows - start) }, (_, offset) => start + offset);
    const columnData: ColumnSource[] = [
      { name: 'index', data: Int32Array.from(group) },
      { name: 'name', data: group.map((row) => table.names[row]) },
      { name: 'label', data: group.map((row) => labelAt(table.labels, row) || null) },
      {
        name: 'embedding',
        data: group.map((row) => Array.from(values.subarray(row * dimension, (row + 1) * dimension))),
      },
    ];
    await parquet.write({ columnData, rowGroupSize: group.length });
  }
  await parquet.finish();
}

/** Hands its bytes on after each row group, when the library asks for it, and begins its buffer anew. */
class StreamedWriter extends ByteWriter {
  readonly #destination: Writable;

  constructor(destination: Writable) {
    super();
    this.#destination = destination;
  }

  async flush(): Promise<void> {
    const bytes = this.getBytes().slice();
    this.index = 0;
    if (!this.#destination.write(bytes)) await once(this.#destination, 'drain');
  }

  override async finish(): Promise<void> {
    await this.flush();
  }
}
