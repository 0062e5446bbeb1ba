import { Deck, OrthographicView } from '@deck.gl/core';
import type { Device } from '@luma.gl/core';
import { buildLayers } from './buildLayers.ts';
import type { DiskLayer } from './buildLayers.ts';
import { viewIsometry } from './diskTransform.ts';
import type { DiskPoint, DiskView, Plane, Screen } from './diskTransform.ts';
import { FramePlayer } from './framePlayer.ts';
import { centerOf, rotationOf } from '../../../server/geometry/isometry.ts';
import type { Isometry } from '../../../server/geometry/isometry.ts';
import type { GeodesicsScene } from './layers/geodesics/geodesicsLayer.ts';
import { makeUniforms, viewUniforms } from './layers/diskView.ts';
import type { DiskViewUniforms } from './layers/diskView.ts';
import { destroyGeodesics, makeGeodesics, paintGeodesics } from './layers/geodesics/geodesicsScene.ts';
import type { RgbaColor } from './layers/geodesics/geodesicsScene.ts';
import { sketchPoints } from './sketch.ts';
import { PictureScene } from './layers/pictures/pictureScene.ts';
import type { PictureSource } from './layers/pictures/pictureScene.ts';
import type { PictureSizes } from './layers/pictures/pictureSize.ts';
import { destroyPoints, makePoints } from './layers/points/pointsScene.ts';
import type { RingScene } from './layers/points/pointsScene.ts';
import { centeredOnTiling, tilingEdges } from './tiling.ts';

const GRID_REACH = 5.2;
const GRID_LINE_PIXELS = 0.75;

/** Lines over the layout, by what they are for, in the order in which they are drawn. */
export type LineKind = 'contours' | 'arcs' | 'ruler';
const LINE_PIXELS: Readonly<Record<LineKind, number>> = { contours: 0.7, arcs: 0.9, ruler: 1.4 };

/** Points as dots, as pictures where there is room, or both. */
export type PointMarks = 'auto' | 'dots' | 'images';

export interface DiskRendererOptions {
  plane: Plane;
  onError: (error: Error) => void;
  /** Called after every animation frame in which the points moved. */
  onMoved: () => void;
  /** Called once, after points were drawn for the first time. */
  onDrawn: () => void;
}

/** Draws one layout with deck.gl. Owns the buffers; everything is told by methods, nothing is reactive. */
export class DiskRenderer {
  readonly player = new FramePlayer();
  /** The three frames of the ring as the GPU has them, for picking on the CPU. */
  private frames: Float32Array[] = [];
  private pointCount = 0;
  private deck: Deck<OrthographicView[]> | null = null;
  private device: Device | null = null;
  private points: RingScene | null = null;
  private grid: GeodesicsScene | null = null;
  private readonly lines = new Map<LineKind, GeodesicsScene>();
  private pictures: PictureScene | null = null;
  private pictureLimits: Omit<PictureSizes, 'scalePixels'> = { minPixels: 20, maxPixels: 48 };
  private marks: PointMarks = 'auto';
  private layers: DiskLayer[] = [];
  private gridShown = true;
  private gridColor: RgbaColor = [128, 128, 128, 120];
  private view: DiskView;
  private screen: Screen = { middleX: 1, middleY: 1, radius: 1 };
  private loop = 0;
  private readonly whenReady: (() => void)[] = [];
  private finished = false;
  private seen = false;

  constructor(
    private readonly options: DiskRendererOptions,
    view: DiskView,
  ) {
    this.view = view;
  }

  /** Begins to draw on the canvas of a device; what it was told before waits for that. */
  start(device: Device): void {
    const { options } = this;
    this.deck = new Deck<OrthographicView[]>({
      device,
      width: '100%',
      height: '100%',
      views: [new OrthographicView({ id: 'disk', flipY: false })],
      viewState: { disk: { target: [0, 0, 0], zoom: 0 } },
      controller: false,
      layers: [],
      onDeviceInitialized: (device) => this.initialize(device),
      onError: (error) => options.onError(error),
      getCursor: () => '',
      onAfterRender: () => this.noteDrawing(),
      // deck.gl makes its canvas focusable; the element around it is what the keyboard and screen readers use.
      onLoad: () => ((device.getDefaultCanvasContext().canvas as HTMLCanvasElement).tabIndex = -1),
    });
  }

  /** A new set of points; what was drawn before is dropped. */
  setPointCount(pointCount: number): void {
    if (pointCount === this.pointCount) return;
    this.pointCount = pointCount;
    this.frames = [0, 1, 2].map(() => new Float32Array(pointCount * 2));
    this.ready(() => this.remakePoints());
  }

  /** Where the next frame has to be decoded to, before `showFrame`. */
  get incoming(): Float32Array {
    return this.frames[this.player.freeBuffer]!;
  }

  /** Shows what was written to `incoming`; a frame before it that nobody has seen yet is dropped. */
  showFrame(nowMs: number, immediately: boolean): void {
    const buffer = this.player.freeBuffer;
    this.player.arrived(nowMs);
    if (immediately) this.player.settle();
    this.ready(() => this.points?.ring[buffer]?.write(this.frames[buffer]!));
    this.animate();
  }

  /** RGBA of every point, N × 4. */
  setColors(colors: Uint8Array): void {
    this.ready(() => {
      if (colors.length !== this.pointCount * 4) return;
      this.points?.colors.write(colors);
      this.redraw();
    });
  }

  setPointRadius(radiusPixels: number): void {
    this.ready(() => {
      if (this.points !== null) this.points.uniforms.radiusPixels = radiusPixels;
      this.redraw();
    });
  }

  setGridColor(color: RgbaColor): void {
    this.gridColor = color;
    this.ready(() => {
      if (this.grid !== null) paintGeodesics(this.grid, color);
      this.redraw();
    });
  }

  showGrid(shown: boolean): void {
    this.gridShown = shown;
    this.ready(() => this.rebuildLayers());
  }

  /** @param ends A × 4: x0 y0 x1 y1 of every arc  @param colors A × 4 RGBA */
  setLines(kind: LineKind, ends: Float32Array, colors: Uint8Array): void {
    this.ready(() => {
      destroyGeodesics(this.lines.get(kind));
      this.lines.delete(kind);
      if (ends.length > 0) {
        const uniforms = this.uniforms(LINE_PIXELS[kind]);
        this.lines.set(kind, makeGeodesics(this.device!, ends, colors, uniforms));
      }
      this.rebuildLayers();
    });
  }

  /** Where pictures come from; null for none. */
  setPictures(source: PictureSource | null): void {
    this.ready(() => {
      this.pictures?.destroy();
      this.pictures = source && new PictureScene(this.device!, source, () => this.redraw());
      this.applyView();
      this.rebuildLayers();
    });
  }

  /** @param separations for every point the geodesic distance that its picture has to itself */
  setSeparations(separations: Float32Array): void {
    this.ready(() => {
      this.pictures?.setSeparations(separations);
      this.redraw();
    });
  }

  setMarks(marks: PointMarks, limits: Omit<PictureSizes, 'scalePixels'>): void {
    this.marks = marks;
    this.pictureLimits = limits;
    this.ready(() => {
      this.applyView();
      this.rebuildLayers();
    });
  }

  /** Pages of pictures that are loaded and have some to draw. */
  drawnPictures(): Iterable<unknown> {
    return this.pictures?.drawnPages() ?? [];
  }

  /** How large pictures are drawn, or null where none are. */
  get pictureSizes(): PictureSizes | null {
    return this.marks === 'dots' ? null : (this.pictures?.sizes ?? null);
  }

  setView(view: DiskView, screen: Screen): void {
    this.view = view;
    this.screen = screen;
    this.ready(() => {
      this.applyView();
      this.redraw();
    });
  }

  /** Where point `index` is drawn now, in layout coordinates, or null before the first frame. */
  positionOf(index: number): DiskPoint | null {
    const from = this.frames[this.player.previous];
    const to = this.frames[this.player.next];
    if (from === undefined || to === undefined || index < 0 || index >= this.pointCount) return null;
    const share = this.player.progress;
    return {
      x: from[2 * index]! + share * (to[2 * index]! - from[2 * index]!),
      y: from[2 * index + 1]! + share * (to[2 * index + 1]! - from[2 * index + 1]!),
    };
  }

  /** The arrays between which points are drawn, for scans over all points. */
  motion(): { from: Float32Array; to: Float32Array; share: number } | null {
    const from = this.frames[this.player.previous];
    const to = this.frames[this.player.next];
    return from === undefined || to === undefined ? null : { from, to, share: this.player.progress };
  }

  destroy(): void {
    this.finished = true;
    cancelAnimationFrame(this.loop);
    for (const scene of [this.grid, ...this.lines.values()]) destroyGeodesics(scene);
    this.pictures?.destroy();
    destroyPoints(this.points);
    this.deck?.finalize();
  }

  private initialize(device: Device): void {
    if (this.finished) return;
    this.device = device;
    if (this.options.plane === 'POINCARE') {
      const edges = tilingEdges(GRID_REACH);
      this.grid = makeGeodesics(device, edges, new Uint8Array(edges.length), this.uniforms(GRID_LINE_PIXELS));
      paintGeodesics(this.grid, this.gridColor);
    }
    this.applyView();
    for (const task of this.whenReady.splice(0)) task();
    this.rebuildLayers();
  }

  private ready(task: () => void): void {
    if (this.device === null) this.whenReady.push(task);
    else task();
  }

  private remakePoints(): void {
    destroyPoints(this.points);
    this.points = null;
    if (this.pointCount > 0) this.points = makePoints(this.device!, this.frames, this.uniforms(2.5));
    this.rebuildLayers();
  }

  /** The layout of this frame by the processor alone, for as long as the GPU has not drawn one. */
  sketch(canvas: HTMLCanvasElement, colors: Uint8Array, radiusPixels: number): void {
    const { view, screen } = this;
    const uniforms = this.uniforms(radiusPixels);
    const positions = this.frames[this.player.next]!;
    sketchPoints(canvas, { positions, colors, uniforms, screen, zoom: view.zoom, pixelRatio: devicePixelRatio });
  }

  private uniforms(radiusPixels: number): DiskViewUniforms {
    return makeUniforms(this.options.plane, this.view, radiusPixels);
  }

  private applyView(): void {
    const { center, rotation, zoom } = this.view;
    const moved = viewUniforms(center, rotation);
    if (this.points !== null) Object.assign(this.points.uniforms, moved);
    for (const scene of this.lines.values()) Object.assign(scene.uniforms, moved);
    if (this.pictures !== null) {
      this.pictures.sizes = { ...this.pictureLimits, scalePixels: this.screen.radius * zoom };
    }
    if (this.grid !== null) {
      const near: Isometry = centeredOnTiling(viewIsometry(this.view));
      Object.assign(this.grid.uniforms, viewUniforms(centerOf(near), rotationOf(near)));
    }
    this.deck!.setProps({
      viewState: { disk: { target: [0, 0, 0], zoom: Math.log2(Math.max(1, this.screen.radius * zoom)) } },
    });
  }

  private rebuildLayers(): void {
    if (this.device === null) return;
    const { lines, points, pointCount, pictures, marks } = this;
    const grid = this.gridShown ? this.grid : null;
    this.layers = buildLayers({ grid, lines, points, pointCount, pictures, marks });
    this.deck!.setProps({ layers: this.layers });
    this.animate();
  }

  private noteDrawing(): void {
    if (this.seen || this.points === null || this.player.isEmpty) return;
    this.seen = true;
    this.options.onDrawn();
  }

  private redraw(): void {
    for (const layer of this.layers) layer.setNeedsRedraw();
  }

  /** Runs while points move; a still disk costs nothing. */
  private animate(): void {
    if (this.loop !== 0 || this.finished) return;
    const step = (nowMs: number): void => {
      this.loop = 0;
      this.player.advance(nowMs);
      if (this.points !== null) {
        this.points.framePrevious = this.points.ring[this.player.previous]!;
        this.points.frameNext = this.points.ring[this.player.next]!;
        this.points.uniforms.progress = this.player.progress;
      }
      this.redraw();
      this.options.onMoved();
      if (this.player.moving) this.loop = requestAnimationFrame(step);
    };
    this.loop = requestAnimationFrame(step);
  }
}
