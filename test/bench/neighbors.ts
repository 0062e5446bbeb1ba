// The API's classes need it before they load.
import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../server/geometry/random.ts';
import { NeighborService } from '../../server/graphql/neighbor.service.ts';
import type { MetricName } from '../../server/graphql/enums.ts';
import { FinishedRuns } from '../../server/graphql/finishedRuns.ts';
import { LoadedRuns } from '../../server/graphql/loadedRuns.ts';
import type { RunService } from '../../server/jobs/runService.ts';
import { openStore } from '../../server/storage/openStore.ts';
import { DEFAULT_PROJECTION_PARAMETERS } from '../../server/storage/run.ts';
import { createRunTopics } from '../../server/stream/runTopics.ts';
import type { Store } from '../../server/storage/store.ts';

/** Points × components: CIFAR-10 by nano, and a million short vectors. NEIGHBOR_SETS chooses others, as 60000x192,…. */
const SETS = (process.env.NEIGHBOR_SETS ?? '60000x192,1000000x32').split(',').map((set) => set.split('x').map(Number));
const QUERIES = Number(process.env.NEIGHBOR_QUERIES ?? 400);

/**
 * How long the server takes to find neighbors of any point, place or radius of a finished run, from the call to the
 * answer with distances, labels and the ranks by the other metric; `cpu` is the processor's time a question, which other
 * work of the machine does not lengthen. The layout is at random, so that ranks by the other metric are of every size.
 */
export async function run() {
  const figures = [];
  for (const [points, dimension] of SETS) {
    const home = mkdtempSync(join(tmpdir(), 'circle-limit-neighbors-'));
    const store = await openStore({ databaseUrl: undefined, home });
    try {
      figures.push(...(await measure(store, points, dimension)));
    } finally {
      await store.close();
      rmSync(home, { recursive: true, force: true });
    }
  }
  console.table(figures);
  return { queries: QUERIES, figures };
}

async function measure(store: Store, points: number, dimension: number) {
  const random = new Random(1);
  const runId = await storeRun(store, points, dimension, random);
  // Of the service of runs, neighbors need what a finished run is; nothing works here.
  const runs = {
    find: async (id: string) => (await store.runs.findRun(id))!,
  } as RunService;
  const finished = new FinishedRuns(runs, createRunTopics(), store.notices);
  const service = new NeighborService(runs, finished, new LoadedRuns(store));
  const anyPoint = () => Math.floor(random.uniform() * points);
  const anyPlace = () => ({ x: 0.7 * (random.uniform() - 0.5), y: 0.7 * (random.uniform() - 0.5) });
  const base = { runId, point: null, at: null, k: 10, radius: null };
  const geodesic: MetricName = 'GEODESIC';
  const kinds = {
    'point, geodesic, with ranks by cosine': () => ({ ...base, point: anyPoint(), metric: geodesic }),
    'place, geodesic': () => ({ ...base, at: anyPlace(), metric: geodesic }),
    'radius, geodesic': () => ({ ...base, at: anyPlace(), radius: 0.2, metric: geodesic }),
    'point, cosine, with ranks on the disk': () => ({ ...base, point: anyPoint(), metric: 'COSINE' as MetricName }),
  };
  const figures = [];
  for (const [kind, query] of Object.entries(kinds)) {
    const start = performance.now();
    await service.find(query());
    const first = performance.now() - start;
    const times: number[] = [];
    const cpuBefore = process.cpuUsage();
    for (let i = 0; i < QUERIES; i++) {
      const asked = query();
      const began = performance.now();
      await service.find(asked);
      times.push(performance.now() - began);
    }
    const { user, system } = process.cpuUsage(cpuBefore);
    times.sort((a, b) => a - b);
    const at = (share: number) =>
      Number(times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(2));
    const cpu = Number(((user + system) / 1000 / QUERIES).toFixed(2));
    figures.push({
      points,
      dimension,
      kind,
      firstMs: Math.round(first),
      cpu,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
    });
  }
  return figures;
}

/** A finished run with a layout and vectors. */
async function storeRun(store: Store, points: number, dimension: number, random: Random): Promise<string> {
  const none = { names: [], codes: new Int32Array(points).fill(-1) };
  const names = Array.from({ length: points }, (_, i) => `${i}`);
  const columns = { names, label: { name: 'class', ...none }, columns: [], numbers: [] };
  const dataset = await store.datasets.saveVectorDataset('vectors', 'bench', columns);
  const values = new Float32Array(new SharedArrayBuffer(4 * points * dimension));
  for (let i = 0; i < values.length; i++)
    values[i] = random.normal() + Math.sin((i % dimension) * (((i / dimension) % 50) | 0));
  const set = await store.embeddingSets.importEmbeddingSet(dataset, 'vectors', { rows: points, dimension, values });
  const run = await store.runs.createRun({
    name: 'bench',
    request: { datasetName: null, modelName: null, limit: null, pooling: 'none', resolution: null },
    parameters: DEFAULT_PROJECTION_PARAMETERS,
    embeddingSetId: set.id,
  });
  const coordinates = new Float64Array(2 * points);
  for (let i = 0; i < points; i++) {
    const radius = Math.tanh(0.5 * (0.2 + 4 * Math.sqrt(random.uniform())));
    const angle = 2 * Math.PI * random.uniform();
    coordinates[2 * i] = radius * Math.cos(angle);
    coordinates[2 * i + 1] = radius * Math.sin(angle);
  }
  await store.runs.saveKeyframe(run.id, { iteration: 1, coordinates });
  await store.runs.updateRun(run.id, { status: 'DONE', iteration: 1, pointCount: points, finishedAt: new Date() });
  return run.id;
}
