import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEmbeddings, readLabels } from '../../../server/formats/readTables.ts';
import { packageRoot } from '../../../server/paths.ts';
import { fileTarget } from '../fuzzTarget.ts';

const FIXTURES = ['plain', 'compressed', 'ambiguous', 'unnamed'];

export const target = fileTarget(
  'input.npz',
  () => Promise.all(FIXTURES.map((name) => readFile(join(packageRoot, `test/fixtures/npy/${name}.npz`)))),
  readEmbeddings,
  (file) => readLabels(file, 4),
);
