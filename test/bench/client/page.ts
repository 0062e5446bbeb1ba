import { Deck, OrthographicView } from '@deck.gl/core';
import { ScatterplotLayer } from '@deck.gl/layers';
import { CONTEXT_ATTRIBUTES, deviceOf } from '../../../client/src/disk/drawingDevice.ts';
import { DiskDrawing } from '../../../client/src/disk/diskDrawing.ts';
import { DiskRenderer } from '../../../client/src/disk/diskRenderer.ts';
import { HOME_VIEW, panned } from '../../../client/src/disk/diskTransform.ts';
import { separations } from '../../../client/src/disk/landscape/separation.ts';
import { Random } from '../../../server/geometry/random.ts';

// Draws the same moving points with the dashboard's renderer and with deck.gl's ScatterplotLayer.

export interface DrawingFigures {
  /** Animation frames a second. */
  readonly fps: number;
  /** Processor time of scripts a frame in milliseconds: what the GPU does and waiting for it do not count. */
  readonly jsMs: number;
}

export interface PageFigures {
  readonly live: DrawingFigures;
  readonly panning: DrawingFigures;
  readonly pictures: DrawingFigures;
  readonly scatterplotLive: DrawingFigures;
  /** JavaScript heap before the live frames, and how much more it is after them; bytes, without garbage. */
  readonly heapBefore: number;
  readonly heapGrowth: number;
}

const SIDE = 800;
const COLORS = [230, 159, 0, 255];

declare global {
  interface Window {
    measureDrawing: (pointCount: number, milliseconds: number, liveMilliseconds: number) => Promise<PageFigures>;
    /** Bytes of the heap in use, after garbage was collected. */
    heapBytes: () => Promise<number>;
    /** Processor time of all scripts of this page until now, from the browser's own counters. */
    scriptMilliseconds: () => Promise<number>;
  }
}

function layout(pointCount: number, seed: number): Float32Array {
  const random = new Random(seed);
  const points = new Float32Array(pointCount * 2);
  for (let i = 0; i < pointCount; i++) {
    const radius = Math.tanh(2 * Math.sqrt(random.uniform()));
    const angle = 2 * Math.PI * random.uniform();
    points.set([radius * Math.cos(angle), radius * Math.sin(angle)], 2 * i);
  }
  return points;
}

function nextFrame(): Promise<number> {
  return new Promise((done) => requestAnimationFrame(done));
}

function addCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  document.body.append(canvas);
  return canvas;
}

/** Reads a pixel, so that a frame counts when the GPU has drawn it. */
function finish(canvas: HTMLCanvasElement): void {
  const gl = canvas.getContext('webgl2');
  gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
}

async function measure(
  canvas: HTMLCanvasElement,
  milliseconds: number,
  work: (frame: number) => void,
): Promise<DrawingFigures> {
  for (let frame = 0; frame < 3; frame++) {
    work(frame);
    await nextFrame();
  }
  const scriptBefore = await window.scriptMilliseconds();
  const start = performance.now();
  let frames = 0;
  while (performance.now() - start < milliseconds || frames < 3) {
    work(frames++);
    await nextFrame();
    finish(canvas);
  }
  const fps = (1000 * frames) / (performance.now() - start);
  return { fps, jsMs: ((await window.scriptMilliseconds()) - scriptBefore) / frames };
}

/** Pictures of plain colors: drawing them costs what photographs cost. */
async function pictureUrl(): Promise<string> {
  const canvas = new OffscreenCanvas(4096, 4096);
  const context = canvas.getContext('2d')!;
  for (let tile = 0; tile < 16_384; tile++) {
    context.fillStyle = `hsl(${(tile * 37) % 360} 60% 50%)`;
    context.fillRect((tile % 128) * 32, Math.floor(tile / 128) * 32, 32, 32);
  }
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/webp', quality: 0.5 }));
}

async function measureDisk(frames: Float32Array[], pointCount: number, milliseconds: number, liveMs: number) {
  const canvas = addCanvas();
  let failure: Error | null = null;
  const screen = { middleX: SIDE / 2, middleY: SIDE / 2, radius: SIDE / 2 - 22 };
  const disk = new DiskRenderer(
    {
      plane: 'POINCARE',
      onMoved: () => undefined,
      onDrawn: () => undefined,
    },
    HOME_VIEW,
  );
  const drawing = new DiskDrawing(deviceOf(canvas), {
    ...{ plane: 'POINCARE', view: HOME_VIEW, screen },
    onError: (error) => (failure = error),
    onRendered: () => disk.noteDrawing(),
  });
  disk.start(drawing);
  disk.setView(HOME_VIEW, screen);
  disk.setPointCount(pointCount);
  const colors = new Uint8Array(pointCount * 4);
  for (let i = 0; i < colors.length; i++) colors[i] = COLORS[i % 4]!;
  disk.setColors(colors);
  // What is made once, such as shaders, is no growth.
  for (let frame = 0; frame < 60; frame++) {
    disk.incoming.set(frames[frame % 2]!);
    disk.showFrame(performance.now(), false);
    await nextFrame();
  }
  const heapBefore = await window.heapBytes();
  // A new layout every frame is the most that a run can ask for.
  const live = await measure(canvas, liveMs, (frame) => {
    disk.incoming.set(frames[frame % 2]!);
    disk.showFrame(performance.now(), false);
  });
  const heapGrowth = (await window.heapBytes()) - heapBefore;
  let view = HOME_VIEW;
  const pan = (frame: number): void => {
    view = panned('POINCARE', view, { x: 0, y: 0 }, { x: 0.02 * Math.cos(frame / 20), y: 0.02 * Math.sin(frame / 20) });
    disk.setView(view, screen);
  };
  const panning = await measure(canvas, milliseconds, pan);
  const url = await pictureUrl();
  disk.setMarks('auto', { minPixels: 20, maxPixels: 46 });
  disk.setPictures({
    atlas: { tile: 32, columns: 128, tilesPerPage: 16_384, pages: 1 },
    imageIndices: Int32Array.from({ length: pointCount }, (_, i) => i % 16_384),
    urlOf: () => url,
  });
  disk.setSeparations(separations(frames[1]!, 'POINCARE'));
  while ([...drawing.drawnPictures()].length === 0) await nextFrame();
  const pictures = await measure(canvas, milliseconds, pan);
  disk.destroy();
  canvas.remove();
  if (failure !== null) throw failure as Error;
  return { live, panning, pictures, heapBefore, heapGrowth };
}

async function measureScatterplot(frames: Float32Array[], pointCount: number, milliseconds: number) {
  const canvas = addCanvas();
  const colors = new Uint8Array(pointCount * 4);
  for (let i = 0; i < colors.length; i++) colors[i] = COLORS[i % 4]!;
  const makeLayer = (positions: Float32Array): ScatterplotLayer =>
    new ScatterplotLayer({
      id: 'points',
      data: {
        length: pointCount,
        attributes: {
          getPosition: { value: positions, size: 2 },
          getFillColor: { value: colors, size: 4 },
        },
      } as never,
      radiusUnits: 'pixels',
      getRadius: 2.5,
    });
  const deck = new Deck<OrthographicView[]>({
    canvas,
    width: SIDE,
    height: SIDE,
    views: [new OrthographicView({ id: 'disk', flipY: false })],
    viewState: { disk: { target: [0, 0, 0], zoom: Math.log2(SIDE / 2 - 22) } },
    controller: false,
    layers: [makeLayer(frames[0]!)],
    deviceProps: { type: 'webgl', webgl: CONTEXT_ATTRIBUTES },
  });
  while (!deck.isInitialized) await nextFrame();
  // New arrays, since an attribute that is the same object is not uploaded again.
  const live = await measure(canvas, milliseconds, (frame) => {
    deck.setProps({ layers: [makeLayer(frames[frame % 2]!)] });
  });
  deck.finalize();
  canvas.remove();
  return live;
}

window.measureDrawing = async (pointCount, milliseconds, liveMilliseconds) => {
  const frames = [layout(pointCount, 1), layout(pointCount, 2)];
  const disk = await measureDisk(frames, pointCount, milliseconds, liveMilliseconds);
  return { ...disk, scatterplotLive: await measureScatterplot(frames, pointCount, milliseconds) };
};
document.body.dataset.ready = 'true';
