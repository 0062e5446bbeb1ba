import type { ShaderModule } from '@luma.gl/shadertools';
import type { DiskPoint, DiskView, Plane } from '../diskTransform.ts';

/** The view in the form that the shaders take; 1 − |center|² comes in double precision from the CPU. */
export interface DiskViewUniforms {
  center: [number, number];
  centerNorm: number;
  rotationCosine: number;
  rotationSine: number;
  /** 1 for the Euclidean plane, 0 for the Poincaré disk. */
  flatPlane: number;
  /** How far points are between two frames, 0 to 1. */
  progress: number;
  /** Of a point in the middle of the disk, or half the width of a line; CSS pixels. */
  radiusPixels: number;
}

/**
 * Layers in the plane of the disk: what is drawn later is on top. Compared by depth, which is the same for all of them,
 * lines would cut into points by the rounding of it. A prop of layers, since deck.gl replaces the parameters of models.
 */
export const IN_ORDER = { depthCompare: 'always', depthWriteEnabled: false } as const;

const block = /* glsl */ `\
layout(std140) uniform diskViewUniforms {
  vec2 center;
  float centerNorm;
  float rotationCosine;
  float rotationSine;
  float flatPlane;
  float progress;
  float radiusPixels;
} diskView;
`;

const mapping = /* glsl */ `\
// w = e^(i·rotation) (z − a) / (1 − āz) in .xy and 1 − |w|² in .z. The latter is (1−|a|²)(1−|z|²)/|1−āz|²: taking it from
// w itself would cancel all digits of a float near the rim.
vec3 disk_toView(vec2 z) {
  vec2 a = diskView.center;
  vec2 moved = z - a;
  float closeness = 1.0;
  if (diskView.flatPlane < 0.5) {
    vec2 below = vec2(1.0 - dot(a, z), a.y * z.x - a.x * z.y);
    float norm = dot(below, below);
    moved = vec2(moved.x * below.x + moved.y * below.y, moved.y * below.x - moved.x * below.y) / norm;
    closeness = diskView.centerNorm * (1.0 - dot(z, z)) / norm;
  }
  vec2 turned = vec2(
    diskView.rotationCosine * moved.x - diskView.rotationSine * moved.y,
    diskView.rotationSine * moved.x + diskView.rotationCosine * moved.y
  );
  return vec3(turned, clamp(closeness, 0.0, 1.0));
}
`;

export const diskView = {
  name: 'diskView',
  vs: block + mapping,
  fs: '',
  uniformTypes: {
    center: 'vec2<f32>',
    centerNorm: 'f32',
    rotationCosine: 'f32',
    rotationSine: 'f32',
    flatPlane: 'f32',
    progress: 'f32',
    radiusPixels: 'f32',
  },
} as const satisfies ShaderModule<DiskViewUniforms>;

/** @param radiusPixels of a point in the middle of the disk, or half the width of a line */
export function makeUniforms(plane: Plane, view: DiskView, radiusPixels: number): DiskViewUniforms {
  return {
    ...viewUniforms(view.center, view.rotation),
    flatPlane: plane === 'EUCLIDEAN' ? 1 : 0,
    progress: 1,
    radiusPixels,
  };
}

/** The uniforms that change with the view. */
export function viewUniforms(
  center: DiskPoint,
  rotation: number,
): Pick<DiskViewUniforms, 'center' | 'centerNorm' | 'rotationCosine' | 'rotationSine'> {
  return {
    center: [center.x, center.y],
    centerNorm: 1 - center.x * center.x - center.y * center.y,
    rotationCosine: Math.cos(rotation),
    rotationSine: Math.sin(rotation),
  };
}
