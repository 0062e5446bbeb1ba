import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { Option, type Command } from 'commander';
import { BadInputError } from '../../errors.ts';
import type { EmbeddingMetric } from '../../neighbors/neighborGraph.ts';
import type { ProjectionParameters } from '../../projection/projection.ts';
import * as parse from '../options.ts';
import { Reporter } from '../reporter.ts';

interface PlaceOptions {
  readonly out: string;
  readonly embeddings?: string;
  readonly threads: number;
  readonly json: boolean;
}

export function addPlaceCommand(program: Command): void {
  program
    .command('place')
    .description('place new embeddings on a finished layout, which does not move')
    .argument('<folder>', 'folder written by "project" or "run"')
    .argument('<embeddings>', 'file of M × D numbers of the same model: .npy, .npz, .csv or .parquet')
    .requiredOption('--out <file>', 'file for the M × 2 places, .npy')
    .option('--embeddings <file>', 'what the layout was made of (default: as its run.json tells)')
    .addOption(parse.threadsOption())
    .addOption(new Option('--json', 'print one JSON object').default(false))
    .addHelpText('after', '\nExample:\n  circle-limit place disk new.npy --out places.npy')
    .action(place);
}

async function place(folder: string, file: string, options: PlaceOptions): Promise<void> {
  if (extname(options.out) !== '.npy')
    throw new BadInputError(`--out ${options.out}: a file name ending in .npy is needed`);
  const { readEmbeddings } = await import('../../formats/readTables.ts');
  const { atomicWrite } = await import('../../formats/atomicWrite.ts');
  const { encodeNpy } = await import('../../formats/npy.ts');
  const { PointPlacer } = await import('../../projection/pointPlacer.ts');
  const { readRunFolder } = await import('../work/runFolder.ts');
  const reporter = new Reporter(options);
  const { positions, summary } = await readRunFolder(folder);
  const parameters = summary.parameters as ProjectionParameters;
  const points = await readEmbeddings(file);
  const vectors = await readEmbeddings(options.embeddings ?? sourceOf(folder, summary.source));
  const layout = {
    vectors,
    positions,
    geometry: parameters.geometry,
    curvatureScale: summary.curvatureScale,
    perplexity: parameters.perplexity,
    metric: (summary.metric as EmbeddingMetric | undefined) ?? 'cosine',
  };
  const placer = await PointPlacer.open(layout, options.threads);
  try {
    const start = performance.now();
    const placed = await placer.place(points, (done) =>
      reporter.progress('placing', { done, total: points.rows, unit: 'points' }),
    );
    const seconds = (performance.now() - start) / 1000;
    await mkdir(dirname(options.out), { recursive: true });
    await atomicWrite(options.out, encodeNpy(placed.positions, [points.rows, 2]));
    reporter.result({ out: options.out, points: points.rows, onLayoutOf: vectors.rows, seconds }, [
      `${points.rows} points placed among ${vectors.rows} in ${seconds.toFixed(2)} s`,
      `written to ${options.out}`,
    ]);
  } finally {
    await placer.close();
  }
}

/**
 * The vectors of a layout: the file that `project` was given, or, in its folder, those that `run` wrote. Ones that an
 * earlier `run` left in the folder of a `project` belong to another layout.
 */
function sourceOf(folder: string, source: unknown): string {
  const named = (source as { embeddings?: unknown } | undefined)?.embeddings;
  const file = typeof named === 'string' ? named : join(folder, 'embeddings.npy');
  if (existsSync(file)) return file;
  throw new BadInputError(`${folder}: what the layout was made of is not there any more; name it with --embeddings`);
}
