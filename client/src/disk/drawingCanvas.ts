/** What a disk needs of WebGL. The first request for the context of a canvas decides, so that all have to agree. */
export const CONTEXT_ATTRIBUTES = {
  antialias: false,
  preserveDrawingBuffer: false,
  powerPreference: 'high-performance',
} as const satisfies WebGLContextAttributes;

let prepared: HTMLCanvasElement | null = null;

/** Makes a canvas and its context already while scripts and layouts are on their way: the GPU takes its time to start. */
export function prepareCanvas(): void {
  prepared ??= canvasWithContext();
}

/** Whether the prepared canvas is still to be had. */
export function hasPreparedCanvas(): boolean {
  return prepared !== null;
}

/** A canvas for the disk, the prepared one where there is one; null where the browser has no WebGL 2. */
export function takeCanvas(): HTMLCanvasElement | null {
  const canvas = prepared ?? canvasWithContext();
  prepared = null;
  return canvas;
}

function canvasWithContext(): HTMLCanvasElement | null {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('webgl2', CONTEXT_ATTRIBUTES) as WebGL2RenderingContext | null;
  // The browser tells the GPU now, not only with the first question, which would wait for its start.
  context?.flush();
  return context === null ? null : canvas;
}
