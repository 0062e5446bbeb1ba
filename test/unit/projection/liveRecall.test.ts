import { describe, expect, it } from 'vitest';
import { LiveRecall } from '../../../server/projection/liveRecall.ts';
import { measureQuality } from '../../../server/projection/measureQuality.ts';
import { clusteredVectors, bruteForceGraph } from '../../support/projectionFixtures.ts';
import { randomLayout } from '../../support/randomLayout.ts';

describe('Recall while a layout forms', () => {
  const vectors = clusteredVectors(150, 8, 3);

  it('is that of the finished layout where every point is in the sample', async () => {
    const positions = randomLayout(150, 4);
    const live = LiveRecall.start(bruteForceGraph(vectors, 20), 'poincare', 1)!;
    const measuring = live.measure(positions.slice());
    expect(live.busy).toBe(true);
    expect(() => live.measure(positions.slice())).toThrow(RangeError);
    const { recallAt15 } = await measureQuality({
      ...{ vectors, positions, labels: null, curvatureScale: 1, geometry: 'poincare' },
      ...{ metric: 'euclidean', seed: 1, threads: 1 },
    });
    expect(await measuring).toBeCloseTo(recallAt15, 6);
    expect(live.busy).toBe(false);
    const abandoned = live.measure(positions.slice());
    await live.dispose();
    // Null, unless it was quicker than the end of its thread.
    expect((await abandoned) ?? recallAt15).toBeCloseTo(recallAt15, 6);
  });

  it('is not measured where the graph does not know 15 neighbors', () => {
    expect(LiveRecall.start(bruteForceGraph(vectors, 14), 'poincare', 1)).toBeNull();
  });
});
