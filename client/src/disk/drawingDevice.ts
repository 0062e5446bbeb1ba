import { WebGLDevice } from '@luma.gl/webgl';
import { CONTEXT_ATTRIBUTES, hasPreparedCanvas, takeCanvas } from './drawingCanvas.ts';

let prepared: WebGLDevice | null = null;

/**
 * Makes the device of the prepared canvas already while the page loads: the browser waits there until the GPU has started.
 * Nothing where the disk was quicker and has taken the canvas.
 */
export function prepareDevice(): void {
  if (hasPreparedCanvas()) prepared ??= openDevice();
}

/** What a disk is drawn with, the prepared one where there is one; null where the browser has no WebGL 2. */
export function takeDevice(): WebGLDevice | null {
  const device = prepared ?? openDevice();
  prepared = null;
  return device;
}

function openDevice(): WebGLDevice | null {
  const canvas = takeCanvas();
  return canvas === null ? null : deviceOf(canvas);
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
