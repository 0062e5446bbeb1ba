import { parentPort } from 'node:worker_threads';
import { BadInputError, messageOf } from '../errors.ts';
import type { ParquetReply, ParquetRequest } from './parquetReader.ts';
import { ParquetImageFile } from './parquetImageFile.ts';

const port = parentPort!;
const files = new Map<string, Promise<ParquetImageFile>>();

function open(path: string): Promise<ParquetImageFile> {
  let file = files.get(path);
  if (file === undefined) files.set(path, (file = ParquetImageFile.open(path)));
  return file;
}

async function answer({ job, path, range }: ParquetRequest): Promise<void> {
  const post = (reply: ParquetReply, transfer: ArrayBuffer[] = []): void => port.postMessage(reply, transfer);
  try {
    const file = await open(path);
    if (range === null) post({ job, description: await file.describe() });
    else {
      const rows = await file.readImages(range);
      post({ job, rows }, [rows.bytes.buffer, rows.ends.buffer]);
    }
  } catch (error) {
    post({ job, error: messageOf(error), badInput: error instanceof BadInputError });
  }
}

port.on('message', (request: ParquetRequest) => void answer(request));
