import { Option, type Command } from 'commander';
import { BadInputError } from '../../errors.ts';
import { nearestOnDisk, withinRadius, type DiskNeighbors } from '../../neighbors/diskNeighbors.ts';
import * as parse from '../options.ts';
import { Reporter } from '../reporter.ts';

interface NeighborOptions {
  readonly point?: number;
  readonly at?: { readonly x: number; readonly y: number };
  readonly k: number;
  readonly radius?: number;
  readonly json: boolean;
}

export function addNeighborsCommand(program: Command): void {
  program
    .command('neighbors')
    .description('the nearest points of a finished layout by geodesic distance')
    .argument('<folder>', 'folder written by "project" or "run"')
    .option('--point <index>', 'neighbors of this point', parse.integer(0))
    .option('--at <x,y>', 'neighbors of this place of the disk', parse.diskPlace)
    .option('--k <number>', 'how many', parse.integer(1), 10)
    .option('--radius <distance>', 'all within this hyperbolic distance instead', parse.positiveNumber)
    .addOption(new Option('--json', 'print one JSON object').default(false))
    .addHelpText('after', '\nExample:\n  circle-limit neighbors disk --point 42 --k 5')
    .action(async (folder: string, options: NeighborOptions) => {
      const { readRunFolder } = await import('../work/runFolder.ts');
      const { positions } = await readRunFolder(folder);
      const found = search(positions, options);
      const rows = Array.from(found.points, (point, position) => ({
        point,
        rank: position + 1,
        distance: found.distances[position],
        x: positions[2 * point],
        y: positions[2 * point + 1],
      }));
      new Reporter(options).result(
        { neighbors: rows },
        rows.map(({ point, distance, x, y }) => `${point}\t${distance.toFixed(6)}\t${x.toFixed(6)}\t${y.toFixed(6)}`),
      );
    });
}

function search(positions: Float64Array, options: NeighborOptions): DiskNeighbors {
  const { point, at, k, radius } = options;
  const pointCount = positions.length / 2;
  if ((point === undefined) === (at === undefined))
    throw new BadInputError('exactly one of --point and --at is needed');
  if (point !== undefined && point >= pointCount) {
    throw new BadInputError(`--point ${point}: the layout has ${pointCount} points, numbered from 0`);
  }
  const place = at ?? { x: positions[2 * point!], y: positions[2 * point! + 1] };
  return radius === undefined
    ? nearestOnDisk(positions, place, k, point)
    : withinRadius(positions, place, radius, point);
}
