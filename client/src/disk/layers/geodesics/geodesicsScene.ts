import type { Device } from '@luma.gl/core';
import type { DiskViewUniforms } from '../diskView.ts';
import type { GeodesicsScene } from './geodesicsLayer.ts';

export type RgbaColor = readonly [number, number, number, number];

/** @param ends A × 4: x0 y0 x1 y1 of every arc  @param colors A × 4 RGBA */
export function makeGeodesics(
  device: Device,
  ends: Float32Array,
  colors: Uint8Array,
  uniforms: DiskViewUniforms,
): GeodesicsScene {
  const arcCount = ends.length / 4;
  // WebGL has no buffers of length 0.
  const nonEmpty = arcCount > 0;
  return {
    uniforms,
    ends: device.createBuffer({ data: nonEmpty ? ends : new Float32Array(4) }),
    colors: device.createBuffer({ data: nonEmpty ? colors : new Uint8Array(4) }),
    arcCount,
  };
}

/** One color for all arcs. */
export function paintGeodesics(scene: GeodesicsScene, color: RgbaColor): void {
  const colors = new Uint8Array(Math.max(1, scene.arcCount) * 4);
  for (let i = 0; i < colors.length; i += 4) colors.set(color, i);
  scene.colors.write(colors);
}

export function destroyGeodesics(scene: GeodesicsScene | null | undefined): void {
  scene?.ends.destroy();
  scene?.colors.destroy();
}
