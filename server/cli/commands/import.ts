import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { readConfig } from '../../config.ts';
import { BadInputError } from '../../errors.ts';
import type { EmbeddingMatrix } from '../../formats/embeddingMatrix.ts';
import type { Store, StoredDataset } from '../../storage/store.ts';
import { Reporter } from '../reporter.ts';

interface ImportOptions {
  readonly labels?: string;
  readonly images?: string;
  readonly columns?: string;
  readonly name: string;
  readonly json: boolean;
}

const NO_COLUMNS = { columns: [], numbers: [] };

export function addImportCommand(program: Command, signal: AbortSignal): void {
  program
    .command('import')
    .description('take embeddings from a file into the store')
    .argument('<embeddings>', 'file of N × D numbers: .npy, .npz, .csv or .parquet')
    .requiredOption('--name <name>', 'name of the embedding set')
    .option('--labels <file>', 'one label a row: .npy or .csv')
    .option('--columns <file>', 'table of what is known of each row: .csv or .jsonl, with the names of its columns')
    .option('--images <folder>', 'folder with one image a row, in the order of their paths')
    .addOption(new Option('--json', 'print one JSON object').default(false))
    .addHelpText('after', '\nExample:\n  circle-limit import embeddings.npy --labels labels.npy --name "my model"')
    .action(async (file: string, options: ImportOptions) => {
      const { readEmbeddings } = await import('../../formats/readTables.ts');
      const { withStore } = await import('../work/localStore.ts');
      const reporter = new Reporter(options);
      const vectors = await readEmbeddings(file);
      const set = await withStore(readConfig(), async (store) => {
        const dataset = await importedDataset(store, vectors, options, reporter, signal);
        return store.embeddingSets.importEmbeddingSet(dataset, options.name, vectors);
      });
      reporter.result({ embeddingSetId: set.id, name: set.name, rows: vectors.rows, dimension: vectors.dimension }, [
        `${vectors.rows} embeddings of ${vectors.dimension} numbers imported as ${set.id}`,
      ]);
    });
}

async function importedDataset(
  store: Store,
  vectors: EmbeddingMatrix,
  options: ImportOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<StoredDataset> {
  if (options.images !== undefined) {
    if (options.columns !== undefined) {
      throw new BadInputError('--columns and --images exclude each other: a folder has its table in metadata.csv');
    }
    const { openNamedDataset } = await import('../work/openSource.ts');
    const images = await openNamedDataset(resolve(options.images), readConfig(), reporter, signal);
    try {
      if (images.size !== vectors.rows) {
        throw new BadInputError(
          `--images ${options.images}: ${images.size} images for ${vectors.rows} embeddings; one image a row is needed`,
        );
      }
      return await store.datasets.saveDataset(images);
    } finally {
      await images.close();
    }
  }
  const { readLabels } = await import('../../formats/readTables.ts');
  const label =
    options.labels === undefined
      ? { names: [], codes: new Int32Array(vectors.rows).fill(-1) }
      : await readLabels(options.labels, vectors.rows);
  const { hashColumns } = await import('../../dataset/dataset.ts');
  const { readRowColumns } = await import('../../dataset/imageMetadata.ts');
  const known = options.columns === undefined ? NO_COLUMNS : await readRowColumns(options.columns, vectors.rows);
  const { buffer, byteOffset, byteLength } = vectors.values;
  const fingerprint = createHash('sha256').update(new Uint8Array(buffer, byteOffset, byteLength));
  hashColumns(fingerprint, known.columns, known.numbers);
  return store.datasets.saveVectorDataset(options.name, fingerprint.digest('hex'), {
    names: Array.from({ length: vectors.rows }, (_, row) => `row ${row}`),
    label: { name: 'label', ...label },
    ...known,
  });
}
