import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCifar10 } from '../../../server/dataset/cifar10.ts';
import { checkCifar10Folder, CIFAR10_FILES, RECORD_BYTES } from '../../../server/dataset/cifar10Files.ts';
import { cifar10FileBytes } from '../../support/cifar10Fixture.ts';
import { refusesClearly, scratchFolder, type FuzzTarget } from '../fuzzTarget.ts';

const folder = scratchFolder();

/** A length that is no whole number of records is refused at once; the others reach the reader. */
function wholeRecords(bytes: Uint8Array): Uint8Array {
  const records = Math.max(1, Math.ceil(bytes.length / RECORD_BYTES));
  const whole = new Uint8Array(records * RECORD_BYTES);
  whole.set(bytes);
  return whole;
}

export const target: FuzzTarget = {
  seeds: () => Promise.resolve([cifar10FileBytes(0, 1), cifar10FileBytes(3, 2)]),
  async take(bytes) {
    for (const content of [bytes, wholeRecords(bytes)]) {
      for (const { name } of CIFAR10_FILES) await writeFile(join(folder, name), content);
      await refusesClearly(async () => {
        const dataset = await openCifar10(await checkCifar10Folder(folder, false), null, {});
        try {
          await dataset.readPixels(dataset.size - 1);
        } finally {
          await dataset.close();
        }
      });
    }
  },
};
