import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { CIFAR10_FILES, RECORD_BYTES } from '../../server/dataset/cifar10Files.ts';

/** Bytes of one of the six files: `records` images whose label and pixels follow from file and position. */
export function cifar10FileBytes(file: number, records: number): Buffer {
  const bytes = Buffer.alloc(records * RECORD_BYTES);
  for (let i = 0; i < bytes.length; i++) {
    const record = Math.floor(i / RECORD_BYTES);
    bytes[i] = i % RECORD_BYTES === 0 ? (file + record) % 10 : (file * 31 + record * 7 + (i % RECORD_BYTES)) % 256;
  }
  return bytes;
}

/** Writes the six files with few images each. */
export async function writeSmallCifar10(folder: string, records = 4): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [index, { name }] of CIFAR10_FILES.entries()) {
    await writeFile(join(folder, name), cifar10FileBytes(index, records));
  }
  return folder;
}

/** A .tar.gz like the official one, with `extra` members beside the six files. */
export async function cifar10Archive(records = 4, extra: Readonly<Record<string, string>> = {}) {
  const tar = pack();
  for (const [index, { name }] of CIFAR10_FILES.entries()) {
    tar.entry({ name: `cifar-10-batches-bin/${name}` }, cifar10FileBytes(index, records));
  }
  for (const [name, content] of Object.entries(extra)) tar.entry({ name }, content);
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const bytes = gzipSync(Buffer.concat(chunks), { level: 0 });
  return { bytes, md5: createHash('md5').update(bytes).digest('hex') };
}
