import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeParquetLayout } from '../../../server/formats/parquet.ts';
import { readEmbeddings, readLabels } from '../../../server/formats/readTables.ts';
import { packageRoot } from '../../../server/paths.ts';
import { ParquetImageFile } from '../../../server/dataset/parquetImageFile.ts';
import { fileTarget } from '../fuzzTarget.ts';

const layout = () =>
  encodeParquetLayout({
    positions: Float64Array.of(0.1, 0.2, -0.3, 0.4),
    labels: { names: ['cat', 'dog'], codes: Int32Array.of(0, 1) },
    imageIndices: Int32Array.of(0, 1),
  });

export const target = fileTarget(
  'input.parquet',
  async () => [layout(), await readFile(join(packageRoot, 'test/fixtures/datasets/plain.parquet'))],
  readEmbeddings,
  (file) => readLabels(file, 2),
  async (file) => {
    const images = await ParquetImageFile.open(file);
    const { ranges } = await images.describe();
    for (const range of ranges) await images.readImages(range);
  },
);
