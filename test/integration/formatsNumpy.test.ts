import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeEmbeddings, type EmbeddingTable } from '../../server/formats/embeddingTable.ts';
import { labelsFromStrings } from '../../server/formats/labels.ts';
import { writeNpy } from '../../server/formats/npyWrite.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

function python(script: string, ...args: string[]) {
  return spawnSync('python3', ['-c', script, ...args], { encoding: 'utf8' });
}

const hasNumpy = python('import numpy').status === 0;
if (!hasNumpy) console.log('python3 with numpy is not here: whether numpy opens the files written was not tested');

/** What `script`, which knows the file as `file`, prints as JSON. */
function askNumpy(file: string, script: string): unknown {
  const { status, stdout, stderr } = python(
    `import json, sys, numpy as np\nfile = sys.argv[1]\nprint(json.dumps(${script}))`,
    file,
  );
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe.skipIf(!hasNumpy)('numpy opens', () => {
  const texts = ['cat', '', 'naïve 🐟', 'cat'];
  const names = texts.map((_, row) => `train/${row}.png`);
  const values = Float32Array.from({ length: 4 * 3 }, (_, i) => Math.sin(i) * 10 ** (i - 6));
  const table: EmbeddingTable = {
    vectors: { rows: 4, dimension: 3, values },
    labels: labelsFromStrings(texts),
    names,
  };
  const bytes = Buffer.from(values.buffer).toString('hex');
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
  });

  it('an .npy file of embeddings as float32 in C order, also by memory map', async () => {
    const file = join(folder, 'e.npy');
    await writeEmbeddings(file, table);
    const read = `[a.dtype.str, list(a.shape), bool(a.flags.c_contiguous), a.tobytes().hex()]`;
    for (const mode of ['None', '"r"']) {
      const found = askNumpy(file, `(lambda a: ${read})(np.load(file, mmap_mode=${mode}, allow_pickle=False))`);
      expect(found).toEqual(['<f4', [4, 3], true, bytes]);
    }
  });

  it('an .npz archive with embeddings, labels and names, without a pickle', async () => {
    const file = join(folder, 'e.npz');
    await writeEmbeddings(file, table);
    const read =
      '[z.files, z["embeddings"].dtype.str, z["embeddings"].tobytes().hex(), z["labels"].tolist(), z["names"].tolist()]';
    expect(askNumpy(file, `(lambda z: ${read})(np.load(file, allow_pickle=False))`)).toEqual([
      ['embeddings', 'labels', 'names'],
      '<f4',
      bytes,
      texts,
      names,
    ]);
  });

  it('a file of each type that is written', async () => {
    const arrays = {
      '<f8': Float64Array.of(Math.PI, -1e300),
      '<i4': Int32Array.of(-(2 ** 31), 5),
      '<i8': BigInt64Array.of(-(2n ** 62n), 5n),
      '|u1': Uint8Array.of(255, 0),
    };
    for (const [place, array] of Object.values(arrays).entries())
      await writeNpy(join(folder, `${place}.npy`), array, [2]);
    const read =
      '[[a.dtype.str, [str(v) for v in a.tolist()]] for a in (np.load(f"{file}/{i}.npy") for i in range(4))]';
    const found = askNumpy(folder, read) as [string, string[]][];
    expect(found.map(([dtype]) => dtype)).toEqual(Object.keys(arrays));
    expect(found.map(([, texts]) => texts.map(Number))).toEqual(
      Object.values(arrays).map((array) => Array.from(array, Number)),
    );
  });
});
