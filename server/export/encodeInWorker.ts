import { Worker } from 'node:worker_threads';
import { workerUrl } from '../paths.ts';
import type { EncodeAnswer, EncodeRequest } from './encodeLayout.worker.ts';

/** The bytes of one file, made in a thread of its own. */
export async function encodeInWorker(request: EncodeRequest): Promise<Uint8Array> {
  const worker = new Worker(workerUrl(import.meta.url, 'encodeLayout.worker'), { workerData: request });
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', (answer: EncodeAnswer) => {
        if (answer.kind === 'encoded') resolve(answer.bytes);
        else reject(new Error(`the ${request.kind} cannot be made: ${answer.message}`));
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        reject(new Error(`the encoding worker ended with code ${code}`));
      });
    });
  } finally {
    await worker.terminate();
  }
}
