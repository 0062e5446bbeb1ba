import { Random } from '../../server/geometry/random.ts';
import { LayoutComparer } from '../../server/projection/compareLayouts.ts';
import { randomLayout } from '../support/randomLayout.ts';

const ROUNDS = 5;

/**
 * `compareRuns` without the database: 60,000 points, the right layout jittered and a third of it somewhere else. The first
 * round starts the threads.
 */
export async function run(): Promise<unknown> {
  const left = randomLayout(60_000, 1);
  const right = jittered(left, randomLayout(60_000, 2));
  const comparer = new LayoutComparer();
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    const { neighborhoodOverlap } = await comparer.compare(measured(left), measured(right));
    seconds.push((performance.now() - start) / 1000);
    const { user, system } = process.cpuUsage(cpu);
    cpuSeconds.push((user + system) / 1e6);
    console.log(
      `  ${seconds[round].toFixed(2)} s, ${cpuSeconds[round].toFixed(2)} CPU s, overlap ${neighborhoodOverlap.toFixed(3)}`,
    );
  }
  await comparer.close();
  return { seconds, cpuSeconds };
}

function measured(positions: Float64Array) {
  return { positions, metric: 'poincare' } as const;
}

function jittered(layout: Float64Array, other: Float64Array): Float64Array {
  const random = new Random(3);
  const moved = layout.slice();
  for (let i = 0; i < layout.length; i += 2) {
    if (random.uniform() < 0.3) moved.set(other.subarray(i, i + 2), i);
    else {
      const room = (1 - layout[i] ** 2 - layout[i + 1] ** 2) * 0.01;
      moved[i] += room * random.normal();
      moved[i + 1] += room * random.normal();
    }
  }
  return moved;
}
