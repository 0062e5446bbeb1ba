import { Option, type Command } from 'commander';
import { LAYOUT_ENGINE_CHOICES, readConfig, type LayoutEngineChoice } from '../../config.ts';
import { DEFAULT_PROJECTION_PARAMETERS, type LayoutGeometry, type LayoutMethod } from '../../projection/projection.ts';
import type { EmbeddingMetric } from '../../neighbors/neighborGraph.ts';
import { fittingPerplexity } from '../../projection/perplexity.ts';
import type { ProjectionParameters } from '../../projection/projection.ts';
import * as parse from '../options.ts';
import { Reporter } from '../reporter.ts';

/** The options of `project` and `run` that decide a layout. */
export interface ProjectionOptions {
  readonly out: string;
  readonly seed: number;
  readonly iterations: number;
  readonly perplexity?: readonly number[];
  readonly learningRate: 'auto' | number;
  readonly earlyExaggeration: number;
  readonly exaggeratedIterations: 'auto' | number;
  readonly lateExaggeration: number;
  readonly initialization: string;
  readonly hierarchyWeight: number;
  readonly method: LayoutMethod;
  readonly curvatureScale: 'auto' | number;
  readonly geometry: LayoutGeometry;
  readonly layoutEngine?: LayoutEngineChoice;
  readonly threads: number;
  readonly json: boolean;
}

interface ProjectOptions extends ProjectionOptions {
  readonly labels?: string;
  readonly tree?: string;
  readonly metric: EmbeddingMetric;
  readonly landmarks?: number;
}

export function addProjectCommand(program: Command, signal: AbortSignal): void {
  const command = program
    .command('project')
    .description('lay out embeddings from a file on the Poincaré disk')
    .argument('<embeddings>', 'file of N × D numbers: .npy, .npz, .csv or .parquet')
    .option('--labels <file>', 'one label a row: .npy or .csv')
    .option('--tree <file>', 'the parent of each row, -1 for the root: .npy of whole numbers')
    .option('--metric <name>', 'cosine or euclidean: distance between embeddings', parse.metric, 'cosine')
    .option('--landmarks <number>', 'optimize a sample of this many rows and place the rest', parse.integer(3))
    .addHelpText('after', '\nExample:\n  circle-limit project embeddings.npy --labels labels.npy --out disk');
  addProjectionOptions(command);
  command.action(async (file: string, options: ProjectOptions) => {
    const reporter = new Reporter(options);
    const { readEmbeddings, readLabels, readParents } = await import('../../formats/readTables.ts');
    const { projectVectors } = await import('../work/projectVectors.ts');
    const { qualityLines, writeRunFolder } = await import('../work/runFolder.ts');
    const vectors = await readEmbeddings(file);
    const label = options.labels === undefined ? null : await readLabels(options.labels, vectors.rows);
    const parameters = projectionParameters(options, vectors.rows);
    const layout = await projectVectors({
      vectors,
      labelCodes: label?.codes ?? null,
      parameters,
      metric: options.metric,
      landmarks: options.landmarks ?? null,
      parents: options.tree === undefined ? null : await readParents(options.tree),
      startFolder: parameters.initialization === 'layout' ? options.initialization : null,
      layoutEngine: options.layoutEngine ?? readConfig().layoutEngine,
      threads: options.threads,
      signal,
      reporter,
    });
    const summary = await writeRunFolder(options.out, { layout, parameters, label, source: { embeddings: file } });
    reporter.result(summary, [...qualityLines(layout), `written to ${options.out}`]);
  });
}

/** Adds the options that `project` and `run` share. */
export function addProjectionOptions(command: Command): void {
  const defaults = DEFAULT_PROJECTION_PARAMETERS;
  command
    .requiredOption('--out <folder>', 'folder for layout.npy, layout.csv, layout.svg, layout.png and run.json')
    .option('--seed <number>', 'seed of everything random', parse.integer(0), defaults.seed)
    .option('--iterations <number>', 'optimization steps', parse.integer(1), defaults.iterations)
    .option(
      '--perplexity <numbers>',
      `effective number of neighbors, or several with commas between (default: ${defaults.perplexity}, less for a small set)`,
      parse.positiveNumbers,
    )
    .option('--curvature-scale <auto|number>', 'scale of the kernel; auto fills the disk', parse.curvatureScale, 'auto')
    .option('--geometry <name>', 'poincare, or euclidean for a flat map', parse.geometry, defaults.geometry)
    .option('--method <name>', 'tsne, or umap to compare with (flat)', parse.method, defaults.method)
    .option('--learning-rate <auto|number>', 'learning rate of t-SNE', parse.curvatureScale, defaults.learningRate)
    .option(
      '--early-exaggeration <number>',
      'attraction at the start',
      parse.positiveNumber,
      defaults.earlyExaggeration,
    )
    .option('--exaggerated-iterations <auto|number>', 'iterations with it', parse.wholeOrAuto, 'auto')
    .option('--late-exaggeration <number>', 'attraction after that', parse.positiveNumber, defaults.lateExaggeration)
    .option('--initialization <pca|spectral|random|folder>', 'start; a folder is an earlier run’s', 'pca')
    .option(
      '--hierarchy-weight <number>',
      'how far depth shows as radius, 0 to 1',
      parse.share,
      defaults.hierarchyWeight,
    )
    .option(
      '--layout-engine <name>',
      `one of ${LAYOUT_ENGINE_CHOICES.join(', ')} (default: LAYOUT_ENGINE or auto)`,
      parse.layoutEngine,
    )
    .addOption(parse.threadsOption())
    .addOption(new Option('--json', 'print one JSON object').default(false));
}

const NAMED_STARTS = ['pca', 'spectral', 'random'] as const;

/** What was asked for, with a perplexity that fits a small set where none was given. */
export function projectionParameters(options: ProjectionOptions, pointCount: number): ProjectionParameters {
  return {
    ...DEFAULT_PROJECTION_PARAMETERS,
    seed: options.seed,
    iterations: options.iterations,
    perplexity: options.perplexity?.[0] ?? fittingPerplexity(pointCount),
    furtherPerplexities: options.perplexity?.slice(1) ?? [],
    curvatureScale: options.curvatureScale,
    geometry: options.method === 'umap' ? 'euclidean' : options.geometry,
    method: options.method,
    learningRate: options.learningRate,
    earlyExaggeration: options.earlyExaggeration,
    exaggeratedIterations: options.exaggeratedIterations,
    lateExaggeration: options.lateExaggeration,
    initialization: NAMED_STARTS.find((name) => name === options.initialization) ?? 'layout',
    hierarchyWeight: options.hierarchyWeight,
  };
}
