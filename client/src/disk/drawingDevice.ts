import { WebGLDevice } from '@luma.gl/webgl';

/** What a disk needs of WebGL. The first request for the context of a canvas decides, so that all have to agree. */
export const CONTEXT_ATTRIBUTES = {
  antialias: false,
  preserveDrawingBuffer: false,
  powerPreference: 'high-performance',
} as const satisfies WebGLContextAttributes;

/**
 * What a disk is drawn with, on a canvas of its own; null where the browser has no WebGL 2. The browser waits here until
 * the GPU has started.
 */
export function openDevice(): WebGLDevice | null {
  const canvas = document.createElement('canvas');
  return canvas.getContext('webgl2', CONTEXT_ATTRIBUTES) === null ? null : deviceOf(canvas);
}

/** A device as deck.gl would make it, but at once: deck.gl loads a script for it first. */
export function deviceOf(canvas: HTMLCanvasElement): WebGLDevice {
  return new WebGLDevice({
    webgl: CONTEXT_ATTRIBUTES,
    _cacheShaders: true,
    _cachePipelines: true,
    createCanvasContext: { canvas, useDevicePixels: true, autoResize: true },
  });
}
