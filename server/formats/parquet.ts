import { parquetWriteBuffer } from 'hyparquet-writer';
import { workerUrl } from '../paths.ts';
import type { EmbeddingMatrix } from './embeddingMatrix.ts';
import { labelAt } from './labels.ts';
import type { LayoutTable } from './layoutTable.ts';
import type { ParquetTableTask } from './parquetTables.process.ts';
import { WatchedProcess } from './watchedProcess.ts';

/** Reads the vectors and labels of Parquet tables, in a process of its own. */
export class ParquetTableReader {
  readonly #process: WatchedProcess<ParquetTableTask>;

  /** @param milliseconds that a file may take; by default as its size asks for. */
  constructor(milliseconds?: number) {
    this.#process = new WatchedProcess(workerUrl(import.meta.url, 'parquetTables.process'), milliseconds);
  }

  /**
   * A row group at a time: the only column of lists of floats, or, where there is none, all columns of floats in their
   * order. Columns of integers or text are taken for descriptions and left out.
   * @throws BadInputError when there is neither, lists differ in length, a value is missing or not finite, or reading does
   * not end.
   */
  async readEmbeddings(file: string): Promise<EmbeddingMatrix> {
    const { values, ...shape } = await this.#process.ask<EmbeddingMatrix>(file, { file, what: 'embeddings' });
    const shared = new Float32Array(new SharedArrayBuffer(values.byteLength));
    shared.set(values);
    return { ...shape, values: shared };
  }

  /**
   * The column named `label`, or the only column, as text; a missing value gives an empty text.
   * @throws BadInputError when there is no such column, or reading does not end.
   */
  readLabels(file: string): Promise<string[]> {
    return this.#process.ask(file, { file, what: 'labels' });
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}

/** Reads one file, in a process that ends with it. */
export async function withParquetTable<Result>(read: (reader: ParquetTableReader) => Promise<Result>): Promise<Result> {
  const reader = new ParquetTableReader();
  try {
    return await read(reader);
  } finally {
    await reader.close();
  }
}

/** A layout as a Parquet file: index (int32), x and y (double), label (text, null where there is none). */
export function encodeParquetLayout(table: LayoutTable): Uint8Array {
  const rows = table.positions.length / 2;
  const coordinate = (axis: 0 | 1) => Float64Array.from({ length: rows }, (_, row) => table.positions[2 * row + axis]);
  const labels = Array.from({ length: rows }, (_, row) => labelAt(table.labels, row) || null);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'index', data: table.imageIndices, type: 'INT32', nullable: false },
        { name: 'x', data: coordinate(0), type: 'DOUBLE', nullable: false },
        { name: 'y', data: coordinate(1), type: 'DOUBLE', nullable: false },
        { name: 'label', data: labels, type: 'STRING' },
      ],
      createdBy: 'circle-limit',
    }),
  );
}
