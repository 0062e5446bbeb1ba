import { WatchedProcess } from '../formats/watchedProcess.ts';
import { workerUrl } from '../paths.ts';
import type { EncodedRows, ParquetDescription, RowRange } from './parquetImageFile.ts';

/** Without a range the file is described. */
export interface ParquetRequest {
  readonly path: string;
  readonly range: RowRange | null;
}

export type ParquetReply = ParquetDescription | EncodedRows;

/** Reads Parquet files of images in a process of its own: unpacking a row group takes longer than an event may. */
export class ParquetReader {
  readonly #process: WatchedProcess<ParquetRequest>;

  /** @param milliseconds that a request may take; by default as the size of its file asks for. */
  constructor(milliseconds?: number) {
    this.#process = new WatchedProcess(workerUrl(import.meta.url, 'parquetImages.process'), milliseconds);
  }

  /** @throws BadInputError when the file is no Parquet file with a column of images, or reading it does not end. */
  describe(path: string): Promise<ParquetDescription> {
    return this.#process.ask(path, { path, range: null });
  }

  /** @throws BadInputError when the rows cannot be read, or reading them does not end. */
  readImages(path: string, range: RowRange): Promise<EncodedRows> {
    return this.#process.ask(path, { path, range });
  }

  close(): Promise<void> {
    return this.#process.close();
  }
}
