import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInputError } from '../errors.ts';

/** Bytes of one image: the label, then 32 × 32 red, green and blue values. */
export const RECORD_BYTES = 3073;
/** Images in each of the six official files. */
export const RECORDS_PER_FILE = 10_000;
export const CLASS_NAMES = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

export type Cifar10Split = 'train' | 'test';

export interface Cifar10FileName {
  readonly name: string;
  readonly split: Cifar10Split;
}

/** The files of the binary version in their order: 50,000 images to train on, then 10,000 to test with. */
export const CIFAR10_FILES: readonly Cifar10FileName[] = [
  ...[1, 2, 3, 4, 5].map((number) => ({ name: `data_batch_${number}.bin`, split: 'train' as const })),
  { name: 'test_batch.bin', split: 'test' },
];

export interface Cifar10File extends Cifar10FileName {
  readonly path: string;
  readonly records: number;
}

/**
 * Looks at the six files of a folder without reading them.
 * @param complete require the official number of images in each; else any whole number of records will do.
 * @throws BadInputError naming the first file that is missing or of an impossible size.
 */
export async function checkCifar10Folder(folder: string, complete: boolean): Promise<Cifar10File[]> {
  const files: Cifar10File[] = [];
  for (const file of CIFAR10_FILES) {
    const path = join(folder, file.name);
    const size = await stat(path).then(
      (status) => (status.isFile() ? status.size : null),
      () => null,
    );
    if (size === null) {
      throw new BadInputError(
        `${path}: no such file; the folder must hold data_batch_1.bin to data_batch_5.bin and test_batch.bin`,
      );
    }
    const official = RECORD_BYTES * RECORDS_PER_FILE;
    const whole = size > 0 && size % RECORD_BYTES === 0;
    if (complete ? size !== official : !whole) {
      throw new BadInputError(
        `${path}: ${size} bytes found, ${official} expected (${RECORDS_PER_FILE} images of ${RECORD_BYTES} bytes)` +
          (complete ? '' : ', or another multiple of 3073'),
      );
    }
    files.push({ ...file, path, records: size / RECORD_BYTES });
  }
  return files;
}
