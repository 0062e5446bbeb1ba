import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/config.ts';
import { sampleIndices } from '../../server/dataset/dataset.ts';
import { openDataset } from '../../server/dataset/openDataset.ts';
import { findModel } from '../../server/extraction/modelCatalog.ts';
import { openExtractor } from '../../server/extraction/openExtractor.ts';
import type { EmbeddingMatrix } from '../../server/formats/embeddingMatrix.ts';
import { readBenchFeatures } from './benchFeatures.ts';
import { findNearestNeighbors } from '../../server/neighbors/findNearestNeighbors.ts';
import { createProjectionEngine, neighborCountOf } from '../../server/projection/createProjectionEngine.ts';
import { measureQuality } from '../../server/projection/measureQuality.ts';
import { DEFAULT_PROJECTION_PARAMETERS, type ProjectionParameters } from '../../server/projection/projection.ts';
import { rankCorrelation, treeVectors } from '../support/treeVectors.ts';

type Change = Partial<ProjectionParameters>;

const CHOICES: Readonly<Record<string, Change>> = {
  'as by default': {},
  'perplexity 10': { perplexity: 10 },
  'perplexity 100': { perplexity: 100 },
  'perplexity 30 and 200': { furtherPerplexities: [200] },
  'early exaggeration 4': { earlyExaggeration: 4 },
  'early for 250 iterations': { exaggeratedIterations: 250 },
  'late exaggeration 2': { lateExaggeration: 2 },
  'spectral start': { initialization: 'spectral' },
  'random start': { initialization: 'random' },
  'hierarchy weight 0.1': { hierarchyWeight: 0.1 },
  'hierarchy weight 0.3': { hierarchyWeight: 0.3 },
  'hierarchy weight 0.6': { hierarchyWeight: 0.6 },
  'hierarchy weight 1': { hierarchyWeight: 1 },
  'flat t-SNE': { geometry: 'euclidean' },
  UMAP: { geometry: 'euclidean', method: 'umap', perplexity: 15, iterations: 200 },
};

const HIERARCHY_WEIGHTS = [0, 0.1, 0.3, 0.6, 1];

/** The choices of a run, each against the default on the same features; the hierarchy weight on trees and on emoji. */
export async function run(): Promise<unknown> {
  const { vectors, labels } = readBenchFeatures();
  const features: Record<string, unknown> = {};
  for (const [name, change] of Object.entries(CHOICES)) {
    const { figures } = await layOut({ vectors, labels }, change);
    features[name] = figures;
    console.log(name, JSON.stringify(figures));
  }
  console.table(features);
  const hierarchy = [...(await trees()), ...(await depthOfLabels(await readEmoji()))];
  console.table(hierarchy);
  return { features, hierarchy };
}

async function trees() {
  const rows = [];
  for (const [branching, depth] of [
    [2, 9],
    [3, 6],
    [6, 4],
  ] as const) {
    const tree = treeVectors(branching, depth, 64, 1);
    for (const hierarchyWeight of HIERARCHY_WEIGHTS) {
      const { positions, figures } = await layOut({ vectors: tree.vectors, labels: null }, { hierarchyWeight });
      const correlation = rankCorrelation(tree.depths, radii(positions));
      rows.push({
        data: `tree ${branching}^${depth}`,
        hierarchyWeight,
        depthCorrelation: rounded(correlation),
        ...figures,
      });
    }
  }
  return rows;
}

/** Depth 1, 2 and 3 are the centers of the coarse labels, of the fine ones, and the points. */
async function depthOfLabels({ vectors, coarse, fine }: EmojiVectors) {
  const rows = [];
  for (const hierarchyWeight of HIERARCHY_WEIGHTS) {
    const { positions, figures } = await layOut({ vectors, labels: coarse }, { hierarchyWeight });
    const levels = [centerRadii(positions, coarse), centerRadii(positions, fine), [...radii(positions)]];
    const depths = levels.flatMap((level, depth) => level.map(() => depth));
    const correlation = rankCorrelation(depths, levels.flat());
    rows.push({ data: 'emoji', hierarchyWeight, depthCorrelation: rounded(correlation), ...figures });
  }
  return rows;
}

interface EmojiVectors {
  readonly vectors: EmbeddingMatrix;
  readonly coarse: Int32Array;
  readonly fine: Int32Array;
}

/** Emoji by the bundled model, with Unicode's groups and subgroups. */
async function readEmoji(): Promise<EmojiVectors> {
  const home = readConfig().home;
  const dataset = await openDataset('emoji', { cacheFolder: join(home, 'datasets') });
  const model = await findModel('nano', { home });
  const threads = availableParallelism();
  const extractor = await openExtractor(model, { engine: 'auto', threads, pooling: 'cls', normalize: false });
  try {
    const imageIndices = sampleIndices(dataset.size, undefined);
    const values = new Float32Array(dataset.size * extractor.dimension);
    for await (const batch of extractor.extract({ dataset, imageIndices })) {
      batch.imageIndices.forEach((image, row) => {
        const { dimension } = extractor;
        values.set(batch.vectors.subarray(row * dimension, (row + 1) * dimension), image * dimension);
      });
    }
    const vectors = { rows: dataset.size, dimension: extractor.dimension, values };
    return { vectors, coarse: dataset.label.codes, fine: dataset.columns[0]!.codes };
  } finally {
    await extractor.close();
    await dataset.close();
  }
}

interface LabeledVectors {
  readonly vectors: EmbeddingMatrix;
  readonly labels: Int32Array | null;
}

async function layOut({ vectors, labels }: LabeledVectors, change: Change) {
  const threads = availableParallelism();
  const parameters = { ...DEFAULT_PROJECTION_PARAMETERS, ...change };
  const k = neighborCountOf(parameters, vectors.rows);
  const graph = await findNearestNeighbors(vectors, { k, metric: 'cosine', threads });
  const start = performance.now();
  const engine = await createProjectionEngine({ vectors, graph, parameters, threads });
  try {
    const { curvatureScale, loss } = (await engine.step(parameters.iterations)).at(-1)!;
    const seconds = rounded((performance.now() - start) / 1000);
    const positions = engine.positions();
    const quality = await measureQuality({
      vectors,
      positions,
      labels,
      curvatureScale,
      geometry: parameters.geometry,
      seed: 1,
      threads,
    });
    const { recallAt15, trustworthinessAt15, continuityAt15, labelKnnAt15 } = quality;
    return {
      positions,
      figures: {
        recallAt15: rounded(recallAt15),
        trustworthinessAt15: rounded(trustworthinessAt15),
        continuityAt15: rounded(continuityAt15),
        labelKnnAt15: labelKnnAt15 === null ? null : rounded(labelKnnAt15),
        curvatureScale: rounded(curvatureScale),
        loss: rounded(loss),
        seconds,
      },
    };
  } finally {
    await engine.dispose();
  }
}

function radii(positions: Float64Array): Float64Array {
  return Float64Array.from({ length: positions.length / 2 }, (_, i) =>
    Math.hypot(positions[2 * i]!, positions[2 * i + 1]!),
  );
}

/** |u| of the Lorentz centroid of each class. */
function centerRadii(positions: Float64Array, codes: Int32Array): number[] {
  const sums = new Map<number, [number, number, number]>();
  codes.forEach((code, i) => {
    const [x, y] = [positions[2 * i]!, positions[2 * i + 1]!];
    const time = 1 / (1 - x * x - y * y);
    const sum = sums.get(code) ?? [0, 0, 0];
    sums.set(code, [sum[0] + 2 * time - 1, sum[1] + 2 * x * time, sum[2] + 2 * y * time]);
  });
  return [...sums.values()].map(([time, x, y]) => {
    const norm = Math.sqrt(time * time - x * x - y * y);
    return Math.hypot(x, y) / (norm + time);
  });
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
