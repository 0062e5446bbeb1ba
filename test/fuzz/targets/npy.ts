import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEmbeddings, readLabels, readLayout, readParents } from '../../../server/formats/readTables.ts';
import { packageRoot } from '../../../server/paths.ts';
import { fileTarget } from '../fuzzTarget.ts';

const FIXTURES = ['float32.v1', 'float32.v3', 'fortran', 'little.f2', 'integers.big.i2', 'labels', 'text', 'bytes'];

export const target = fileTarget(
  'input.npy',
  () => Promise.all(FIXTURES.map((name) => readFile(join(packageRoot, `test/fixtures/npy/${name}.npy`)))),
  readEmbeddings,
  (file) => readLabels(file, 4),
  readLayout,
  readParents,
);
