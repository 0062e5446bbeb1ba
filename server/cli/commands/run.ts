import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../../config.ts';
import { Reporter } from '../reporter.ts';
import type { ExtractionCommandOptions } from '../work/extractVectors.ts';
import { addExtractionOptions } from './extract.ts';
import { addRemoteRunCommands } from './remoteRuns.ts';
import { addProjectionOptions, projectionParameters, type ProjectionOptions } from './project.ts';

export function addRunCommand(program: Command, signal: AbortSignal): void {
  const group = program
    .command('run')
    .description('embed the images of a data set and lay them out, in one; or work with the runs of a server');
  // What `run` does without a word after it. A group of its own, or its options would be asked of the others too.
  const command = group
    .command('here', { isDefault: true })
    .description('embed the images of a data set and lay them out on this machine')
    .addHelpText('after', '\nExample:\n  circle-limit run --dataset emoji --model nano --out disk');
  group.addHelpText('after', () => `\nOn this machine:\n${command.helpInformation()}`);
  addRemoteRunCommands(group, signal);
  addExtractionOptions(command);
  addProjectionOptions(command);
  command.action((options: ExtractionCommandOptions & ProjectionOptions) => runCommand(options, signal));
}

async function runCommand(options: ExtractionCommandOptions & ProjectionOptions, signal: AbortSignal): Promise<void> {
  const { extractVectors } = await import('../work/extractVectors.ts');
  const { openNamedDataset } = await import('../work/openSource.ts');
  const { projectVectors } = await import('../work/projectVectors.ts');
  const { qualityLines, writeRunFolder } = await import('../work/runFolder.ts');
  const reporter = new Reporter(options);
  const config = readConfig();
  const dataset = await openNamedDataset(options.dataset, config, reporter, signal);
  try {
    await mkdir(options.out, { recursive: true });
    const context = { config, reporter, signal, vectorFile: join(options.out, 'embeddings.npy') };
    const extracted = await extractVectors(dataset, options, context);
    const { vectors, imageIndices, model } = extracted;
    const label = {
      names: dataset.label.names,
      codes: imageIndices.map((image) => dataset.label.codes[image]),
    };
    const parameters = projectionParameters(options, vectors.rows);
    const layout = await projectVectors({
      vectors,
      labelCodes: label.codes,
      parameters,
      startFolder: parameters.initialization === 'layout' ? options.initialization : null,
      layoutEngine: options.layoutEngine ?? config.layoutEngine,
      threads: options.threads,
      signal,
      reporter,
    });
    const summary = await writeRunFolder(options.out, {
      layout,
      parameters,
      label,
      imageIndices,
      imageNames: Array.from(imageIndices, (image) => dataset.imageName(image)),
      embeddings: vectors,
      source: {
        dataset: dataset.name,
        datasetFingerprint: dataset.fingerprint,
        limit: options.limit ?? null,
        model: model.name,
        modelTrained: model.trained,
        ...extracted.identity,
        extractionEngine: extracted.engine,
        modelWaitShare: extracted.modelWaitShare,
      },
      extraSeconds: { extraction: extracted.seconds },
    });
    await extracted.commit();
    reporter.result(summary, [...qualityLines(layout), `written to ${options.out}`]);
  } finally {
    await dataset.close();
  }
}
