import { createHash } from 'node:crypto';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadInputError } from '../errors.ts';
import { throwIfInterrupted } from './boundedMap.ts';
import { CLASS_NAMES, RECORD_BYTES, type Cifar10File, type Cifar10Split } from './cifar10Files.ts';
import type { CategoricalColumn, ImageDataset, RgbImage } from './dataset.ts';
import { requireImageIndex } from './imageIndex.ts';
import type { OpenDatasetOptions } from './openDataset.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const RECORDS_PER_READ = 500;

/**
 * Opens CIFAR-10 (Krizhevsky 2009, binary version) from its six files: reads all of them once for labels and
 * fingerprint, and keeps no pixels in memory.
 * @param split null for all images, train before test.
 * @throws BadInputError naming the file and record whose label is above 9.
 */
export async function openCifar10(
  files: readonly Cifar10File[],
  split: Cifar10Split | null,
  options: Pick<OpenDatasetOptions, 'signal' | 'onProgress'>,
): Promise<ImageDataset> {
  const used = files.filter((file) => split === null || file.split === split);
  const classNames = await readClassNames(dirname(files[0].path));
  const total = used.reduce((sum, file) => sum + file.records, 0);
  const labels = new Int32Array(total);
  const contentHashes = new Uint8Array(32 * total);
  const hash = createHash('sha256').update(classNames.join('\n'));
  let done = 0;
  for (const file of used) {
    hash.update(`\n${file.name}\n`);
    for await (const records of readRecords(file)) {
      throwIfInterrupted(options.signal);
      hash.update(records);
      readLabelsOf(records, file, labels, done, done - startOf(used, file));
      hashImages(records, contentHashes, done);
      done += records.length / RECORD_BYTES;
      options.onProgress?.('index', { done, total });
    }
  }
  const name = split === null ? 'cifar10' : `cifar10/${split}`;
  return Cifar10Dataset.open(name, used, labels, classNames, { fingerprint: hash.digest('hex'), contentHashes });
}

type ContentIdentity = Pick<Cifar10Dataset, 'fingerprint' | 'contentHashes'>;

class Cifar10Dataset implements ImageDataset {
  readonly kind = 'cifar10';
  readonly imageSize = { width: SIDE, height: SIDE };
  readonly failures = [];
  readonly fingerprint: string;
  readonly contentHashes: Uint8Array;
  readonly size: number;
  readonly label: CategoricalColumn;
  readonly columns: readonly CategoricalColumn[];
  private readonly starts: readonly number[];

  private constructor(
    readonly name: string,
    private readonly files: readonly Cifar10File[],
    private readonly handles: readonly FileHandle[],
    labels: Int32Array,
    classNames: readonly string[],
    { fingerprint, contentHashes }: ContentIdentity,
  ) {
    this.fingerprint = fingerprint;
    this.contentHashes = contentHashes;
    this.size = labels.length;
    this.starts = files.map((file) => startOf(files, file));
    this.label = { name: 'class', names: classNames, codes: labels };
    const splits = Int32Array.from({ length: this.size }, (_, index) => (this.fileOf(index).split === 'train' ? 0 : 1));
    this.columns = [{ name: 'split', names: ['train', 'test'], codes: splits }];
  }

  static async open(
    name: string,
    files: readonly Cifar10File[],
    labels: Int32Array,
    classNames: readonly string[],
    identity: ContentIdentity,
  ): Promise<Cifar10Dataset> {
    const handles = await Promise.all(files.map((file) => open(file.path, 'r')));
    return new Cifar10Dataset(name, files, handles, labels, classNames, identity);
  }

  imageName(index: number): string {
    requireImageIndex(this, index);
    const { split } = this.fileOf(index);
    const first = this.starts[this.files.findIndex((file) => file.split === split)];
    return `${split}/${String(index - first).padStart(5, '0')}`;
  }

  async readPixels(index: number): Promise<RgbImage> {
    requireImageIndex(this, index);
    const fileIndex = this.fileIndexOf(index);
    const record = Buffer.allocUnsafe(RECORD_BYTES);
    const position = (index - this.starts[fileIndex]) * RECORD_BYTES;
    const { bytesRead } = await this.handles[fileIndex].read(record, 0, RECORD_BYTES, position);
    if (bytesRead !== RECORD_BYTES) {
      throw new BadInputError(`${this.files[fileIndex].path}: became shorter while it was in use`);
    }
    const data = new Uint8Array(PLANE * 3);
    for (let pixel = 0; pixel < PLANE; pixel++) {
      data[3 * pixel] = record[1 + pixel];
      data[3 * pixel + 1] = record[1 + PLANE + pixel];
      data[3 * pixel + 2] = record[1 + 2 * PLANE + pixel];
    }
    return { width: SIDE, height: SIDE, data };
  }

  async close(): Promise<void> {
    await Promise.all(this.handles.map((handle) => handle.close()));
  }

  private fileOf(index: number): Cifar10File {
    return this.files[this.fileIndexOf(index)];
  }

  private fileIndexOf(index: number): number {
    return this.starts.findLastIndex((start) => start <= index);
  }
}

/** The number of the first image of a file. */
function startOf(files: readonly Cifar10File[], file: Cifar10File): number {
  return files.slice(0, files.indexOf(file)).reduce((sum, before) => sum + before.records, 0);
}

/** The class names of batches.meta.txt where it lies beside the files, else the published ones. */
async function readClassNames(folder: string): Promise<readonly string[]> {
  const file = join(folder, 'batches.meta.txt');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return CLASS_NAMES;
  const names = text.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  if (names.length !== CLASS_NAMES.length) {
    throw new BadInputError(`${file}: ${names.length} class names found, ${CLASS_NAMES.length} expected`);
  }
  return names;
}

async function* readRecords(file: Cifar10File): AsyncGenerator<Buffer> {
  const handle = await open(file.path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(RECORDS_PER_READ * RECORD_BYTES);
    for (let record = 0; record < file.records; record += RECORDS_PER_READ) {
      const wanted = Math.min(RECORDS_PER_READ, file.records - record) * RECORD_BYTES;
      const { bytesRead } = await handle.read(buffer, 0, wanted, record * RECORD_BYTES);
      if (bytesRead !== wanted) throw new BadInputError(`${file.path}: became shorter while it was read`);
      yield buffer.subarray(0, wanted);
    }
  } finally {
    await handle.close();
  }
}

/** Of the pixels alone: the same picture may have another label elsewhere. */
function hashImages(records: Buffer, contentHashes: Uint8Array, first: number): void {
  for (let i = 0; i * RECORD_BYTES < records.length; i++) {
    const pixels = records.subarray(i * RECORD_BYTES + 1, (i + 1) * RECORD_BYTES);
    contentHashes.set(createHash('sha256').update(pixels).digest(), 32 * (first + i));
  }
}

function readLabelsOf(
  records: Buffer,
  file: Cifar10File,
  labels: Int32Array,
  start: number,
  firstRecord: number,
): void {
  for (let i = 0; i * RECORD_BYTES < records.length; i++) {
    const label = records[i * RECORD_BYTES];
    if (label >= CLASS_NAMES.length) {
      const where = `${file.path}: record ${firstRecord + i} of ${file.records}`;
      throw new BadInputError(`${where} has label ${label}; labels are 0 to 9, so the file is damaged`);
    }
    labels[start + i] = label;
  }
}
