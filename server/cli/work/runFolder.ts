import { mkdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CategoricalColumn } from '../../dataset/dataset.ts';
import { BadInputError } from '../../errors.ts';
import { writeLayout, type LayoutFormat, type LayoutTable } from '../../export/layoutExport.ts';
import { atomicWrite } from '../../formats/atomicWrite.ts';
import { encodeNpy, readNpy } from '../../formats/npy.ts';
import type { EmbeddingMatrix } from '../../formats/embeddingMatrix.ts';
import type { ProjectionParameters, Quality } from '../../projection/projection.ts';
import { version } from '../../version.ts';
import type { ProjectedLayout } from './projectVectors.ts';

const LAYOUT_FORMATS: readonly LayoutFormat[] = ['npy', 'csv', 'svg', 'png'];

export interface RunFolderContent {
  readonly layout: ProjectedLayout;
  readonly parameters: ProjectionParameters;
  readonly label: Pick<CategoricalColumn, 'names' | 'codes'> | null;
  readonly imageIndices?: Int32Array;
  readonly imageNames?: readonly string[];
  readonly embeddings?: EmbeddingMatrix;
  /** Where the vectors came from, as it shall stand in run.json. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly extraSeconds?: Readonly<Record<string, number>>;
}

/** What `run.json` holds; enough to repeat the run. */
export type RunSummary = Quality & Readonly<Record<string, unknown>>;

/**
 * Writes the files of a finished run into `folder`, each whole or not at all, `run.json` last.
 * @returns the content of `run.json`.
 */
export async function writeRunFolder(folder: string, content: RunFolderContent): Promise<RunSummary> {
  await mkdir(folder, { recursive: true });
  const table = layoutTable(content);
  for (const format of LAYOUT_FORMATS) {
    await atomicWrite(join(folder, `layout.${format}`), (destination) => writeLayout(format, table, destination));
  }
  if (content.label !== null) {
    const codes = BigInt64Array.from(content.label.codes, BigInt);
    await atomicWrite(join(folder, 'labels.npy'), encodeNpy(codes, [codes.length]));
  }
  if (content.embeddings !== undefined) {
    const { rows, dimension, values } = content.embeddings;
    await atomicWrite(join(folder, 'embeddings.npy'), encodeNpy(values, [rows, dimension]));
  }
  const summary = summarize(content);
  await atomicWrite(join(folder, 'run.json'), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

/** A layout that `writeRunFolder` wrote. @throws BadInputError when the folder holds none. */
export async function readRunFolder(folder: string): Promise<{ positions: Float64Array; summary: RunSummary }> {
  let summary: RunSummary;
  try {
    summary = JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunSummary;
  } catch (cause) {
    throw new BadInputError(`${folder}: no readable run.json; a folder written by "project" or "run" is needed`, {
      cause,
    });
  }
  const layout = await readNpy(join(folder, 'layout.npy'));
  if (layout.shape.length !== 2 || layout.shape[1] !== 2 || !(layout.values instanceof Float64Array)) {
    throw new BadInputError(
      `${folder}/layout.npy: N × 2 float64 is needed, found ${layout.dtype} of ${layout.shape.join(' × ')}`,
    );
  }
  return { positions: layout.values, summary };
}

/** The quality figures for a person. */
export function qualityLines({ quality, seconds, iterations, neighborRecall }: ProjectedLayout): string[] {
  const total = Object.values(seconds).reduce((sum, value) => sum + value, 0);
  const lines = [
    `${iterations} iterations, ${total.toFixed(1)} s`,
    `recall@15          ${quality.recallAt15.toFixed(4)}`,
    `trustworthiness@15 ${quality.trustworthinessAt15.toFixed(4)}`,
    `continuity@15      ${quality.continuityAt15.toFixed(4)}`,
  ];
  if (quality.labelKnnAt15 !== null) lines.push(`label kNN@15       ${quality.labelKnnAt15.toFixed(4)}`);
  lines.push(`distance ranks     ${quality.distanceCorrelation.toFixed(4)}`);
  if (quality.treeDistortion !== null) lines.push(`tree distortion    ${quality.treeDistortion.toFixed(4)}`);
  if (neighborRecall !== null) lines.push(`neighbors found    ${(100 * neighborRecall).toFixed(2)} %`);
  lines.push(
    `at the rim         ${(100 * quality.rimFraction).toFixed(2)} %`,
    `curvature scale    ${quality.curvatureScale.toFixed(2)}`,
  );
  return lines;
}

function layoutTable(content: RunFolderContent): LayoutTable {
  const { layout, label, parameters } = content;
  return {
    positions: layout.positions,
    labels: label,
    imageIndices: content.imageIndices ?? Int32Array.from({ length: layout.positions.length / 2 }, (_, index) => index),
    imageNames: content.imageNames,
    caption: `${layout.positions.length / 2} points · recall@15 ${layout.quality.recallAt15.toFixed(3)} · perplexity ${parameters.perplexity} · s ${layout.quality.curvatureScale.toFixed(1)} · seed ${parameters.seed}`,
  };
}

function summarize({ layout, parameters, label, source, extraSeconds }: RunFolderContent): RunSummary {
  const { positions, iterations, finalLoss, engine, threads, seconds } = layout;
  // The figure of each point has its place in the store, not in a file for people.
  const { recallPerPoint: _recallPerPoint, ...quality } = layout.quality;
  return {
    circleLimit: version,
    source,
    pointCount: positions.length / 2,
    parameters,
    seed: parameters.seed,
    engine,
    threads,
    cores: availableParallelism(),
    node: process.version,
    iterations,
    finalLoss,
    metric: layout.metric,
    neighborRecall: layout.neighborRecall,
    landmarks: layout.landmarks,
    seconds: { ...extraSeconds, ...seconds },
    labelNames: label?.names ?? null,
    ...quality,
  };
}
