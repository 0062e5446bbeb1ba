import type { DiskDrawing, LineKind, PictureLimits, PointMarks } from './diskDrawing.ts';
import type { DiskPoint, DiskView, Plane, Screen } from './diskTransform.ts';
import type { DrawnPoints } from './drawnPoints.ts';
import { FramePlayer } from './framePlayer.ts';
import { makeUniforms } from './layers/diskView.ts';
import type { RgbaColor } from './layers/geodesics/geodesicsScene.ts';
import type { PictureSource } from './layers/pictures/pictureScene.ts';
import type { PictureSizes } from './layers/pictures/pictureSize.ts';
import type { Motion } from './nearestPoint.ts';
import { sketchPoints } from './sketch.ts';

export interface DiskRendererOptions {
  plane: Plane;
  /** Called after every animation frame in which the points moved. */
  onMoved: () => void;
  /** Called once, after the GPU has drawn points for the first time. */
  onDrawn: () => void;
}

/**
 * One layout as it is shown: the frames between which its points move, and its view. The processor sketches it until a
 * drawing on the GPU starts, which is then told all that came before. Nothing is reactive; everything is told by methods.
 */
export class DiskRenderer implements DrawnPoints {
  readonly player = new FramePlayer();
  /** The three frames of the ring as the GPU has them, for picking on the CPU. */
  #frames: Float32Array[] = [];
  #pointCount = 0;
  #view: DiskView;
  #screen: Screen = { middleX: 1, middleY: 1, radius: 1 };
  #drawing: DiskDrawing | null = null;
  readonly #whenStarted: ((drawing: DiskDrawing) => void)[] = [];
  readonly #options: DiskRendererOptions;
  #loop = 0;
  #finished = false;
  #seen = false;

  constructor(options: DiskRendererOptions, view: DiskView) {
    this.#options = options;
    this.#view = view;
  }

  /** Draws from now on; what it was told before is made up for. */
  start(drawing: DiskDrawing): void {
    this.#drawing = drawing;
    for (const task of this.#whenStarted.splice(0)) task(drawing);
    this.#animate();
  }

  /** Has to be called after every frame of the drawing. */
  noteDrawing(): void {
    if (this.#seen || this.player.isEmpty || this.#drawing?.hasPoints !== true) return;
    this.#seen = true;
    this.#options.onDrawn();
  }

  /** A new set of points; what was drawn before is dropped. */
  setPointCount(pointCount: number): void {
    if (pointCount === this.#pointCount) return;
    this.#pointCount = pointCount;
    this.#frames = [0, 1, 2].map(() => new Float32Array(pointCount * 2));
    this.#tell((drawing) => drawing.setFrames(this.#frames));
  }

  /** Where the next frame has to be decoded to, before `showFrame`. */
  get incoming(): Float32Array {
    return this.#frames[this.player.freeBuffer]!;
  }

  /** Shows what was written to `incoming`; a frame before it that nobody has seen yet is dropped. */
  showFrame(nowMs: number, immediately: boolean): void {
    const buffer = this.player.freeBuffer;
    this.player.arrived(nowMs);
    if (immediately) this.player.settle();
    // A drawing that starts later takes the whole ring.
    this.#drawing?.writeFrame(buffer, this.#frames[buffer]!);
    this.#animate();
  }

  /** RGBA of every point, N × 4. */
  setColors(colors: Uint8Array): void {
    this.#tell((drawing) => drawing.setColors(colors));
  }

  setPointRadius(radiusPixels: number): void {
    this.#tell((drawing) => drawing.setPointRadius(radiusPixels));
  }

  setGridColor(color: RgbaColor): void {
    this.#tell((drawing) => drawing.setGridColor(color));
  }

  showGrid(shown: boolean): void {
    this.#tell((drawing) => drawing.showGrid(shown));
  }

  /** @param ends A × 4: x0 y0 x1 y1 of every arc  @param colors A × 4 RGBA */
  setLines(kind: LineKind, ends: Float32Array, colors: Uint8Array): void {
    this.#tell((drawing) => drawing.setLines(kind, ends, colors));
  }

  /** Where pictures come from; null for none. */
  setPictures(source: PictureSource | null): void {
    this.#tell((drawing) => drawing.setPictures(source));
  }

  /** @param separations for every point the geodesic distance that its picture has to itself */
  setSeparations(separations: Float32Array): void {
    this.#tell((drawing) => drawing.setSeparations(separations));
  }

  setMarks(marks: PointMarks, limits: PictureLimits): void {
    this.#tell((drawing) => drawing.setMarks(marks, limits));
  }

  setView(view: DiskView, screen: Screen): void {
    this.#view = view;
    this.#screen = screen;
    this.#tell((drawing) => drawing.setView(view, screen));
  }

  get pictureSizes(): PictureSizes | null {
    return this.#drawing?.pictureSizes ?? null;
  }

  positionOf(index: number): DiskPoint | null {
    const motion = this.motion();
    if (motion === null || index < 0 || index >= this.#pointCount) return null;
    const { from, to, share } = motion;
    return {
      x: from[2 * index]! + share * (to[2 * index]! - from[2 * index]!),
      y: from[2 * index + 1]! + share * (to[2 * index + 1]! - from[2 * index + 1]!),
    };
  }

  motion(): Motion | null {
    const from = this.#frames[this.player.previous];
    const to = this.#frames[this.player.next];
    return from === undefined || to === undefined ? null : { from, to, share: this.player.progress };
  }

  /** The layout of this frame by the processor alone, for as long as the GPU has not drawn one. */
  sketch(canvas: HTMLCanvasElement, colors: Uint8Array, radiusPixels: number): void {
    const uniforms = makeUniforms(this.#options.plane, this.#view, radiusPixels);
    const positions = this.#frames[this.player.next]!;
    const { zoom } = this.#view;
    sketchPoints(canvas, { positions, colors, uniforms, screen: this.#screen, zoom, pixelRatio: devicePixelRatio });
  }

  destroy(): void {
    this.#finished = true;
    cancelAnimationFrame(this.#loop);
    this.#drawing?.destroy();
  }

  #tell(task: (drawing: DiskDrawing) => void): void {
    if (this.#drawing === null) this.#whenStarted.push(task);
    else task(this.#drawing);
  }

  /** Runs while points move; a still disk costs nothing. */
  #animate(): void {
    if (this.#loop !== 0 || this.#finished) return;
    const step = (nowMs: number): void => {
      this.#loop = 0;
      this.player.advance(nowMs);
      this.#drawing?.showMotion(this.player);
      this.#options.onMoved();
      if (this.player.moving) this.#loop = requestAnimationFrame(step);
    };
    this.#loop = requestAnimationFrame(step);
  }
}
