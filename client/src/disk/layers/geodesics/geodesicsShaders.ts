export const SEGMENTS = 32;

export const vertexShader = /* glsl */ `\
#version 300 es
#define SHADER_NAME geodesics-layer-vertex-shader

in vec3 positions;
in vec4 arcEnds;
in vec4 arcColors;

out vec4 vColor;
out float vSide;
out float vHalfWidth;

// In the Klein model a geodesic is the straight chord between its ends; w = k / (1 + sqrt(1 − |k|²)) leads back. No circle
// center is needed, so diameters and arcs near the rim are exact as well. Cosine spacing puts more steps where it bends.
vec2 alongArc(vec3 from, vec3 to, float share) {
  float spaced = 0.5 - 0.5 * cos(3.14159265 * clamp(share, 0.0, 1.0));
  if (diskView.flatPlane > 0.5) return mix(from.xy, to.xy, spaced);
  // 1 − |k|² = ((1−|w|²)/(1+|w|²))², with the precise 1 − |w|² of disk_toView.
  vec2 chord = mix(2.0 * from.xy / (2.0 - from.z), 2.0 * to.xy / (2.0 - to.z), spaced);
  return chord / (1.0 + sqrt(max(0.0, 1.0 - dot(chord, chord))));
}

void main(void) {
  vec3 from = disk_toView(arcEnds.xy);
  vec3 to = disk_toView(arcEnds.zw);
  vec2 place = alongArc(from, to, positions.x);
  vec2 ahead = alongArc(from, to, positions.x + 0.02);
  vec2 behind = alongArc(from, to, positions.x - 0.02);
  vec2 direction = ahead - behind;
  float size = length(direction);
  vec2 normal = size > 1e-7 ? vec2(-direction.y, direction.x) / size : vec2(0.0);

  // Lines thin out toward the rim as in an engraving.
  float closeness = diskView.flatPlane > 0.5 ? 1.0 : clamp(1.0 - dot(place, place), 0.0, 1.0);
  float halfWidth = max(0.35, diskView.radiusPixels * mix(0.3, 1.0, sqrt(closeness)));
  float padded = halfWidth + 1.0;
  vec4 center = project_position_to_clipspace(vec3(place, 0.0), vec3(0.0), vec3(0.0), geometry.position);
  gl_Position = center;
  gl_Position.xy += project_pixel_size_to_clipspace(normal * positions.y * padded);
  vSide = positions.y * padded;
  vHalfWidth = halfWidth;
  vColor = vec4(arcColors.rgb, arcColors.a * diskView.progress * mix(0.35, 1.0, sqrt(closeness)));
}
`;

export const fragmentShader = /* glsl */ `\
#version 300 es
#define SHADER_NAME geodesics-layer-fragment-shader

precision highp float;

in vec4 vColor;
in float vSide;
in float vHalfWidth;

out vec4 fragColor;

void main(void) {
  float coverage = clamp(vHalfWidth - abs(vSide) + 0.5, 0.0, 1.0);
  if (coverage <= 0.0) discard;
  fragColor = vec4(vColor.rgb, vColor.a * coverage);
}
`;
