import { answerTasks } from '../formats/watchedProcess.ts';
import { ParquetImageFile } from './parquetImageFile.ts';
import type { ParquetReply, ParquetRequest } from './parquetReader.ts';

const files = new Map<string, Promise<ParquetImageFile>>();

answerTasks<ParquetRequest, ParquetReply>(async ({ path, range }) => {
  // Described first, and opened anew for that; then read part by part.
  const file = (range === null ? undefined : files.get(path)) ?? ParquetImageFile.open(path);
  files.set(path, file);
  return range === null ? (await file).describe() : (await file).readImages(range);
});
