import { RIM_SHARE, ROOM_SHARE } from './pictureSize.ts';

export const vertexShader = /* glsl */ `\
#version 300 es
#define SHADER_NAME pictures-layer-vertex-shader

in vec2 framePrevious;
in vec2 frameNext;
in vec4 pointColors;
in float tiles;
in float separations;

out vec4 vColor;
out vec2 vTile;
out float vSide;
out float vPixelRatio;

void main(void) {
  vec3 seen = disk_toView(mix(framePrevious, frameNext, diskView.progress));
  geometry.worldPosition = vec3(seen.xy, 0.0);
  gl_Position = project_position_to_clipspace(vec3(seen.xy, 0.0), vec3(0.0), vec3(0.0), geometry.position);
  // Above dots and lines, the most central picture on top: some of the way to the near plane.
  gl_Position.z = mix(gl_Position.z, -gl_Position.w, 0.05 + 0.9 * seen.z * seen.z);

  // As in pictureSide().
  float metric = diskView.flatPlane > 0.5 ? 1.0 : 0.5 * seen.z;
  float room = ${ROOM_SHARE} * separations * metric * pictures.scalePixels;
  float most = pictures.maxPixels * (diskView.flatPlane > 0.5 ? 1.0 : mix(${RIM_SHARE}, 1.0, sqrt(seen.z)));
  float side = min(room, most);
  vPixelRatio = project.devicePixelRatio;
  vSide = side * vPixelRatio;
  gl_PointSize = vSide;
  float row = floor((tiles + 0.5) / pictures.columns);
  vTile = vec2(tiles - row * pictures.columns, row);
  vColor = vec4(pointColors.rgb, smoothstep(pictures.minPixels, 1.3 * pictures.minPixels, room));
  if (room < pictures.minPixels || pointColors.a < 0.004) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
`;

export const fragmentShader = /* glsl */ `\
#version 300 es
#define SHADER_NAME pictures-layer-fragment-shader

precision highp float;

uniform sampler2D atlas;

in vec4 vColor;
in vec2 vTile;
in float vSide;
in float vPixelRatio;

out vec4 fragColor;

// Signed distance from a square with round corners, in device pixels.
float outside(vec2 place, float halfSide, float corner) {
  vec2 beyond = abs(place) - (halfSide - corner);
  return length(max(beyond, 0.0)) + min(max(beyond.x, beyond.y), 0.0) - corner;
}

void main(void) {
  vec2 place = (gl_PointCoord - 0.5) * vSide;
  float corner = min(4.0 * vPixelRatio, 0.18 * vSide);
  float beyond = outside(place, 0.5 * vSide, corner);
  if (beyond > 0.0) discard;
  float frame = clamp(0.055 * vSide, 1.2 * vPixelRatio, 3.0 * vPixelRatio);
  vec2 inside = clamp(0.5 + place / (vSide - 2.0 * frame), 0.5 / pictures.tilePixels, 1.0 - 0.5 / pictures.tilePixels);
  vec3 picture = texture(atlas, (vTile + inside) / pictures.columns).rgb;
  // The frame keeps the color of the point, so that a map of pictures is still a map of classes.
  float framed = smoothstep(-frame - 0.5, -frame + 0.5, beyond);
  fragColor = vec4(mix(picture, vColor.rgb, framed), vColor.a * clamp(-beyond + 0.5, 0.0, 1.0));
}
`;
