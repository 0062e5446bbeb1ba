import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ParquetImageFile } from '../../../server/dataset/parquetImageFile.ts';
import { ParquetReader } from '../../../server/dataset/parquetReader.ts';
import { BadInputError } from '../../../server/errors.ts';
import { encodeParquetLayout, ParquetTableReader } from '../../../server/formats/parquet.ts';
import { decodeParquetEmbeddings, decodeParquetLabels } from '../../../server/formats/parquetTables.ts';
import { packageRoot } from '../../../server/paths.ts';
import { fileTarget } from '../fuzzTarget.ts';

/** So short, so that a fuzzer does not spend its time on files that never end. */
const PATIENCE_MILLISECONDS = 2500;
// As in the process that the product reads in.
process.on('unhandledRejection', () => undefined);
const tables = new ParquetTableReader(PATIENCE_MILLISECONDS);
const images = new ParquetReader(PATIENCE_MILLISECONDS);

const layout = () =>
  encodeParquetLayout({
    positions: Float64Array.of(0.1, 0.2, -0.3, 0.4),
    labels: { names: ['cat', 'dog'], codes: Int32Array.of(0, 1) },
    imageIndices: Int32Array.of(0, 1),
  });

export const target = fileTarget(
  'input.parquet',
  async () => [layout(), await readFile(join(packageRoot, 'test/fixtures/datasets/plain.parquet'))],
  thereAndHere((file) => tables.readEmbeddings(file), decodeParquetEmbeddings),
  thereAndHere((file) => tables.readLabels(file), decodeParquetLabels),
  thereAndHere(
    async (file) => {
      for (const range of (await images.describe(file)).ranges) await images.readImages(file, range);
    },
    async (file) => {
      const opened = await ParquetImageFile.open(file);
      for (const range of (await opened.describe()).ranges) await opened.readImages(range);
    },
  ),
);

/** Reads as the product does, in a process; then, where that ends, here, where the fuzzer sees what is reached. */
function thereAndHere(read: (file: string) => Promise<unknown>, decode: (file: string) => Promise<unknown>) {
  return async (file: string): Promise<void> => {
    try {
      await read(file);
    } catch (error) {
      if (!(error instanceof BadInputError) || !/ is damaged/.test(error.message)) await decode(file);
      throw error;
    }
    await decode(file);
  };
}
