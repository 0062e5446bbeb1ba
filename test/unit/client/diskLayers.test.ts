import { expect, test } from 'vitest';
import { buildLayers } from '../../../client/src/disk/buildLayers.ts';
import type { DiskScenes } from '../../../client/src/disk/buildLayers.ts';

test('grid, points and arcs lie over each other in this order, whatever rounding does to their depths', () => {
  const scene = {} as never;
  const scenes: DiskScenes = {
    ...{ grid: scene, lines: new Map([['arcs', scene]]), points: scene, pointCount: 3, pictures: null, marks: 'dots' },
  };
  const layers = buildLayers(scenes);
  expect(layers.map(({ id }) => id)).toEqual(['grid', 'points-3', 'arcs']);
  for (const { props } of layers) {
    expect(props.parameters).toMatchObject({ depthCompare: 'always', depthWriteEnabled: false });
  }
});
