import { Option, type Command } from 'commander';
import { readConfig } from '../../config.ts';
import type { ImageDataset } from '../../dataset/dataset.ts';
import { messageOf } from '../../errors.ts';
import { DATASET_ARGUMENT } from '../options.ts';
import { Reporter } from '../reporter.ts';

const jsonOption = (): Option => new Option('--json', 'print one JSON object').default(false);
const PROGRESS_STRIDE = 256;

export function addDatasetsCommand(program: Command, signal: AbortSignal): void {
  const datasets = program.command('datasets').description('the data sets of images');

  datasets
    .command('list')
    .description('the data sets by name, and whether they are here')
    .addOption(jsonOption())
    .action(async (options: { readonly json: boolean }) => {
      const config = readConfig();
      const { listDatasetSources } = await import('../../dataset/datasetSources.ts');
      const sources = await listDatasetSources(config);
      new Reporter(options).result(
        { datasets: sources },
        sources.map(
          ({ name, imageCount, description, available }) =>
            `${name.padEnd(16)}${String(imageCount).padStart(7)} images  ${available ? 'here' : 'not here yet'}  ${description}`,
        ),
      );
    });

  datasets
    .command('fetch')
    .description('download or render a data set into the cache')
    .argument('<name>', 'cifar10 or emoji')
    .addOption(jsonOption())
    .action(async (name: string, options: { readonly json: boolean }) => {
      const reporter = new Reporter(options);
      const { openNamedDataset } = await import('../work/openSource.ts');
      const dataset = await openNamedDataset(name, readConfig(), reporter, signal);
      await dataset.close();
      reporter.result({ name, images: dataset.size }, [`${name}: ${dataset.size} images are here`]);
    });

  datasets
    .command('verify')
    .description('decode every image and list those that cannot be read')
    .argument('<name>', DATASET_ARGUMENT)
    .addOption(jsonOption())
    .action(async (name: string, options: { readonly json: boolean }) => {
      const reporter = new Reporter(options);
      const { openNamedDataset } = await import('../work/openSource.ts');
      const dataset = await openNamedDataset(name, readConfig(), reporter, signal);
      try {
        const failures = [...dataset.failures, ...(await decodeAll(dataset, reporter, signal))];
        reporter.result({ name, images: dataset.size, fingerprint: dataset.fingerprint, failures }, [
          `${dataset.size} images, ${dataset.label.names.length} labels, ${failures.length} failures`,
          ...failures.map(({ file, reason }) => `${file}: ${reason}`),
        ]);
        if (failures.length > 0) process.exitCode = 1;
      } finally {
        await dataset.close();
      }
    });
}

async function decodeAll(dataset: ImageDataset, reporter: Reporter, signal: AbortSignal) {
  const failures: { file: string; reason: string }[] = [];
  for (let start = 0; start < dataset.size; start += PROGRESS_STRIDE) {
    signal.throwIfAborted();
    const end = Math.min(start + PROGRESS_STRIDE, dataset.size);
    const indices = Array.from({ length: end - start }, (_, position) => start + position);
    await Promise.all(
      indices.map((index) =>
        dataset.readPixels(index).catch((error: unknown) => {
          failures.push({ file: dataset.imageName(index), reason: messageOf(error) });
        }),
      ),
    );
    reporter.progress('decoding', { done: end, total: dataset.size, unit: 'images' });
  }
  return failures;
}
