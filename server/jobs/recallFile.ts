import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { atomicWrite } from '../formats/atomicWrite.ts';

/** recallAt15 of every point alone, as little-endian float32, beside the store: too long for a column of a list. */
function recallFile(home: string, runId: string): string {
  return join(home, 'runs', `${runId}.recall.f32`);
}

export async function saveRecallPerPoint(home: string, runId: string, recall: Float32Array): Promise<void> {
  await mkdir(join(home, 'runs'), { recursive: true });
  await atomicWrite(recallFile(home, runId), Buffer.from(recall.buffer, recall.byteOffset, recall.byteLength));
}

/** The stored bytes, or null when the run was not measured. */
export async function readRecallPerPoint(home: string, runId: string): Promise<Buffer | null> {
  try {
    return await readFile(recallFile(home, runId));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export function deleteRecallPerPoint(home: string, runId: string): Promise<void> {
  return rm(recallFile(home, runId), { force: true });
}
