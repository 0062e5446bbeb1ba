import type { Buffer, Device } from '@luma.gl/core';
import type { DiskViewUniforms } from '../diskView.ts';
import type { PointsScene } from './pointsLayer.ts';

/** The points with all three buffers between which frames go round. */
export type RingScene = PointsScene & { readonly ring: readonly Buffer[] };

/** @param frames what the buffers hold at first, each N × 2 */
export function makePoints(device: Device, frames: readonly Float32Array[], uniforms: DiskViewUniforms): RingScene {
  const ring = frames.map((frame, index) =>
    device.createBuffer({ id: `frame-${index}`, byteLength: frame.byteLength, data: frame }),
  );
  const colors = device.createBuffer({ id: 'point-colors', byteLength: frames[0]!.length * 2 });
  return { uniforms, ring, framePrevious: ring[0]!, frameNext: ring[0]!, colors };
}

export function destroyPoints(scene: RingScene | null): void {
  for (const buffer of scene?.ring ?? []) buffer.destroy();
  scene?.colors.destroy();
}
