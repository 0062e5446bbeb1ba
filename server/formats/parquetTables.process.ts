import type { EmbeddingMatrix } from './embeddingMatrix.ts';
import { decodeParquetEmbeddings, decodeParquetLabels } from './parquetTables.ts';
import { answerTasks } from './watchedProcess.ts';

export interface ParquetTableTask {
  readonly file: string;
  readonly what: 'embeddings' | 'labels';
}

answerTasks<ParquetTableTask, EmbeddingMatrix | string[]>(({ file, what }) =>
  what === 'embeddings' ? decodeParquetEmbeddings(file) : decodeParquetLabels(file),
);
