import { Option, type Command } from 'commander';
import { readConfig, type EngineChoice } from '../../config.ts';
import * as parse from '../options.ts';
import { Reporter } from '../reporter.ts';

const jsonOption = (): Option => new Option('--json', 'print one JSON object').default(false);

export function addModelsCommand(program: Command, signal: AbortSignal): void {
  const models = program.command('models').description('the models that embed images');

  models
    .command('list')
    .description('all models by name, and whether their weights are here')
    .addOption(jsonOption())
    .action(async (options: { readonly json: boolean }) => {
      const { listModels } = await import('../../extraction/modelCatalog.ts');
      const listings = await listModels({ home: readConfig().home });
      new Reporter(options).result(
        { models: listings },
        listings.map(
          ({ name, embeddingSize, available, license, fetchCommand }) =>
            `${name.padEnd(24)}${String(embeddingSize).padStart(5)}  ${license.padEnd(16)} ${available ? 'here' : (fetchCommand ?? '')}`,
        ),
      );
    });

  models
    .command('fetch')
    .description('download the weights of a model')
    .argument('<name>', 'a name of "models list"')
    .addOption(jsonOption())
    .action(async (name: string, options: { readonly json: boolean }) => {
      const reporter = new Reporter(options);
      const config = readConfig();
      const { fetchModel } = await import('../../extraction/modelDownload.ts');
      const fetched = await fetchModel(name, {
        home: config.home,
        endpoint: config.huggingFaceEndpoint,
        token: config.huggingFaceToken,
        signal,
        onNotice: (line) => reporter.note(line),
        onProgress: (file, { done, total }) => reporter.progress(file, { done, total, unit: 'bytes' }),
      });
      reporter.result({ name, directory: fetched.directory }, [`${name} is in ${fetched.directory}`]);
    });

  models
    .command('verify')
    .description('run a known-answer check of a model on the engine in use')
    .argument('<name>', 'a name of "models list", or a folder')
    .option('--engine <name>', parse.ENGINE_OPTION, parse.engine)
    .addOption(jsonOption())
    .action(async (name: string, options: { readonly engine?: EngineChoice; readonly json: boolean }) => {
      const reporter = new Reporter(options);
      const config = readConfig();
      const { findModel } = await import('../../extraction/modelCatalog.ts');
      const { verifyModel } = await import('../../extraction/verifyModel.ts');
      const model = await findModel(name, { home: config.home });
      const check = await verifyModel(model, options.engine ?? config.engine);
      reporter.result({ name, ...check }, [
        `${name} on ${check.engine}: ${check.measure} ${check.error.toExponential(2)} against ${check.reference} (allowed ${check.tolerance})`,
        check.passed ? 'correct' : 'WRONG: this engine does not compute the model correctly',
      ]);
      if (!check.passed) process.exitCode = 1;
    });
}
