import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unpackFrames } from '../../../client/src/replay/replayData.ts';
import { packFrames } from '../../../server/export/replayFrames.ts';
import { Random } from '../../../server/geometry/random.ts';

const POINTS = 50;

async function* randomFrames() {
  const random = new Random(7);
  for (const iteration of [0, 13, 26]) {
    // From rim to rim, so that differences do not fit into 16 bits.
    yield { iteration, coordinates: Float64Array.from({ length: 2 * POINTS }, () => 2 * random.uniform() - 1) };
  }
}

describe('The layouts in a file that replays them', () => {
  it('come back to the last bit of their 16-bit integers, also after jumps across the disk', async () => {
    const { iterations, bytes } = await packFrames(randomFrames());
    expect(iterations).toEqual([0, 13, 26]);
    const frames = unpackFrames(inflateSync(bytes), 3, POINTS);
    let at = 0;
    for await (const { coordinates } of randomFrames()) {
      expect(Array.from(frames[at++]!)).toEqual(Array.from(coordinates, (value) => Math.round(32767 * value) + 0));
    }
  });

  it('are refused when bytes are missing', () => {
    expect(() => unpackFrames(new Uint8Array(12), 1, 4)).toThrow('12 bytes of layouts instead of 16');
  });
});
