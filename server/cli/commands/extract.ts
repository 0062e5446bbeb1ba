import { dirname, join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { readConfig } from '../../config.ts';
import * as parse from '../options.ts';
import { Reporter } from '../reporter.ts';
import type { ExtractionCommandOptions } from '../work/extractVectors.ts';

export function addExtractCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('extract')
    .description('embed the images of a data set; labels go to labels.npy beside the file')
    .requiredOption('--out <file>', 'file for the embeddings: .npy, .npz, .csv or .parquet')
    .addOption(parse.threadsOption())
    .addOption(new Option('--json', 'print one JSON object').default(false))
    .addHelpText(
      'after',
      '\nExample:\n  circle-limit extract --dataset cifar10/test --model nano --out embeddings.npy',
    );
  addExtractionOptions(command);
  command.action(async (options: ExtractionCommandOptions & { readonly out: string; readonly json: boolean }) => {
    const { embeddingFormatOf, writeEmbeddings } = await import('../../formats/embeddingTable.ts');
    const format = embeddingFormatOf(options.out);
    const { atomicWrite } = await import('../../formats/atomicWrite.ts');
    const { encodeNpy } = await import('../../formats/npy.ts');
    const { extractVectors } = await import('../work/extractVectors.ts');
    const { openNamedDataset } = await import('../work/openSource.ts');
    const reporter = new Reporter(options);
    const config = readConfig();
    const dataset = await openNamedDataset(options.dataset, config, reporter, signal);
    try {
      await mkdir(dirname(options.out), { recursive: true });
      const context = { config, reporter, signal, vectorFile: options.out };
      const extracted = await extractVectors(dataset, options, context);
      const { vectors, imageIndices, model, engine, seconds, embedded, modelWaitShare } = extracted;
      const labels = BigInt64Array.from(imageIndices, (image) => BigInt(dataset.label.codes[image]));
      // The other formats hold the labels themselves.
      if (format === 'npy') {
        await atomicWrite(join(dirname(options.out), 'labels.npy'), encodeNpy(labels, [labels.length]));
      }
      await writeEmbeddings(options.out, {
        vectors,
        labels: { names: dataset.label.names, codes: imageIndices.map((image) => dataset.label.codes[image]) },
        names: Array.from(imageIndices, (image) => dataset.imageName(image)),
      });
      await extracted.commit();
      const failures = dataset.failures.length;
      reporter.result(
        {
          out: options.out,
          images: vectors.rows,
          dimension: vectors.dimension,
          model: model.name,
          engine,
          seconds,
          embedded,
          modelWaitShare,
          failures,
        },
        [
          `${vectors.rows} embeddings of ${vectors.dimension} numbers by ${model.name} on ${engine} in ${seconds.toFixed(1)} s${waited(modelWaitShare)}`,
          ...(failures > 0 ? [`${failures} files could not be read; "datasets verify" lists them`] : []),
          `written to ${options.out}`,
        ],
      );
    } finally {
      await dataset.close();
    }
  });
}

/** Adds the options that `extract` and `run` share. */
export function addExtractionOptions(command: Command): void {
  command
    .requiredOption('--dataset <name>', parse.DATASET_ARGUMENT)
    .option('--model <name>', 'a name of "models list", or a folder with config.json and *.safetensors', 'nano')
    .option('--limit <number>', 'embed this many images, spread evenly over the data set', parse.integer(3))
    .option('--batch <number>', 'images a batch (default: fits the engine)', parse.integer(1))
    .option('--engine <name>', parse.ENGINE_OPTION, parse.engine)
    .option('--pooling <name>', 'cls, mean or cls+mean', parse.pooling, 'cls')
    .option('--resolution <pixels>', "input resolution, a multiple of the model's patch", parse.integer(1))
    .option('--interpolation <name>', "bilinear or bicubic (default: the model's own)", parse.interpolation)
    .option('--normalize', 'scale each embedding to length 1', false);
}

function waited(share: number | null): string {
  return share === null ? '' : `; the model waited ${(100 * share).toFixed(0)} % of the time`;
}
