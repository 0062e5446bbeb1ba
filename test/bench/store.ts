import { loadavg } from 'node:os';
import { measureFrames, spreadFrames } from './store/frames.ts';
import { withPlaces } from './store/places.ts';
import { keyframeBytes, measureSeries, optimizePart } from './store/series.ts';
import { measureVectorIndex } from './store/vectorIndex.ts';
import { measureVectorWrites, randomVectors } from './store/vectors.ts';

const POINTS = Number(process.env.STORE_POINTS ?? 60_000);
const DIMENSION = Number(process.env.STORE_DIMENSION ?? 192);
/** Dimensions of what is laid out: they cost the search for neighbors, and do not change what is written. */
const LAYOUT_DIMENSION = 16;
/** Parts that are measured: vectors, index, run. */
const PARTS = (process.env.STORE_PARTS ?? 'vectors,index,run').split(',');

/**
 * What the store costs: ways to write vectors, an index of pgvector beside the exact scan, the writes of a run beside its
 * optimization, bytes on disk; and frames of that run by encoding. On the embedded store and on a server.
 */
export async function run() {
  const figures: Record<string, object[]> = {};
  const add = (name: string, lines: readonly object[]): void => {
    console.log(`${name} (load ${loadavg()[0].toFixed(1)})`);
    console.table(lines);
    figures[name] = [...(figures[name] ?? []), ...lines];
  };
  await withPlaces(async (places) => {
    if (PARTS.includes('vectors')) {
      for (const place of places) add('vectors', await measureVectorWrites(place, POINTS, DIMENSION));
    }
    const server = places.find(({ kind }) => kind === 'server');
    if (PARTS.includes('index') && server) add('index', await measureVectorIndex(server, POINTS, DIMENSION));
    if (!PARTS.includes('run')) return;
    const { vectors } = randomVectors('run', POINTS, LAYOUT_DIMENSION);
    const part = await optimizePart({ rows: POINTS, dimension: LAYOUT_DIMENSION, values: vectors });
    add('iteration', [{ points: POINTS, milliseconds: part.milliseconds, cpu: part.cpu }]);
    add('frames', measureFrames('early', part.frames));
    add('frames', measureFrames('spread', spreadFrames(POINTS, part.frames.length)));
    for (const place of places) {
      add('writes of a run', await measureSeries(place, part));
      add('bytes', [{ store: place.kind, bytesPerKeyframe: Math.round(await keyframeBytes(place, part.frames)) }]);
    }
  });
  return { points: POINTS, dimension: DIMENSION, figures, loadAverage: loadavg()[0] };
}
