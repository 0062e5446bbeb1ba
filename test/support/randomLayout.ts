import type { DiskPoint } from '../../server/geometry/diskPoint.ts';
import type { Random } from '../../server/geometry/random.ts';
import { Random as SeededRandom } from '../../server/geometry/random.ts';

/** A point at a hyperbolic distance of at most `reach` from the origin, in any direction. */
export function randomDiskPoint(random: Random, reach: number): DiskPoint {
  const radius = Math.tanh((random.uniform() * reach) / 2);
  const angle = 2 * Math.PI * random.uniform();
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

/** N × 2 points, interleaved, within the hyperbolic distance `reach` of the origin. */
export function randomLayout(pointCount: number, seed: number, reach = 4): Float64Array {
  const random = new SeededRandom(seed);
  const layout = new Float64Array(2 * pointCount);
  for (let point = 0; point < pointCount; point++) {
    const { x, y } = randomDiskPoint(random, reach);
    layout.set([x, y], 2 * point);
  }
  return layout;
}
