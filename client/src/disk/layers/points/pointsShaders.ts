export const vertexShader = /* glsl */ `\
#version 300 es
#define SHADER_NAME points-layer-vertex-shader

in vec2 framePrevious;
in vec2 frameNext;
in vec4 pointColors;

out vec4 vColor;
out float vRadius;

void main(void) {
  vec3 seen = disk_toView(mix(framePrevious, frameNext, diskView.progress));
  geometry.worldPosition = vec3(seen.xy, 0.0);
  geometry.pickingColor = picking_getPickingColorFromIndex(float(gl_VertexID));
  gl_Position = project_position_to_clipspace(vec3(seen.xy, 0.0), vec3(0.0), vec3(0.0), geometry.position);

  // A hint of the metric: points shrink toward the rim, yet stay visible there.
  float radius = diskView.radiusPixels * mix(0.6, 1.0, sqrt(seen.z)) * project.devicePixelRatio;
  vRadius = radius;
  gl_PointSize = 2.0 * radius + 2.0;
  vColor = pointColors;
  // Classes that the legend hides take no part at all, also not in picking.
  if (pointColors.a < 0.004) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
  DECKGL_FILTER_COLOR(vColor, geometry);
}
`;

export const fragmentShader = /* glsl */ `\
#version 300 es
#define SHADER_NAME points-layer-fragment-shader

precision highp float;

in vec4 vColor;
in float vRadius;

out vec4 fragColor;

void main(void) {
  float fromMiddle = length(gl_PointCoord - 0.5) * (2.0 * vRadius + 2.0);
  float coverage = clamp(vRadius - fromMiddle + 0.5, 0.0, 1.0);
  if (coverage <= 0.0) discard;
  // A darker edge tells overlapping points apart.
  float edge = smoothstep(vRadius - 1.6, vRadius - 0.2, fromMiddle) * step(2.5, vRadius);
  fragColor = vec4(vColor.rgb * (1.0 - 0.42 * edge), vColor.a * coverage);
  DECKGL_FILTER_COLOR(fragColor, geometry);
}
`;
