import { Deck, OrthographicView } from '@deck.gl/core';
import type { Device } from '@luma.gl/core';
import { viewIsometry } from './diskTransform.ts';
import type { DiskPoint, DiskView, Plane, Screen } from './diskTransform.ts';
import { FramePlayer } from './framePlayer.ts';
import { centerOf, rotationOf } from '../../../server/geometry/isometry.ts';
import type { Isometry } from '../../../server/geometry/isometry.ts';
import { GeodesicsLayer } from './layers/geodesics/geodesicsLayer.ts';
import type { GeodesicsScene } from './layers/geodesics/geodesicsLayer.ts';
import type { DiskViewUniforms } from './layers/diskView.ts';
import { PointsLayer } from './layers/points/pointsLayer.ts';
import type { PointsScene } from './layers/points/pointsLayer.ts';
import { centeredOnTiling, tilingEdges } from './tiling.ts';

const GRID_REACH = 5.2;
const GRID_LINE_PIXELS = 0.75;
const ARC_LINE_PIXELS = 0.9;

export type RgbaColor = readonly [number, number, number, number];

export interface DiskRendererOptions {
  canvas: HTMLCanvasElement;
  plane: Plane;
  onError: (error: Error) => void;
  /** Called after every animation frame in which the points moved. */
  onMoved: () => void;
}

/** Draws one layout with deck.gl. Owns the buffers; everything is told by methods, nothing is reactive. */
export class DiskRenderer {
  readonly player = new FramePlayer();
  /** The three frames of the ring as the GPU has them, for picking on the CPU. */
  private frames: Float32Array[] = [];
  private pointCount = 0;
  private readonly deck: Deck<OrthographicView[]>;
  private device: Device | null = null;
  private points: (PointsScene & { ring: PointsScene['framePrevious'][] }) | null = null;
  private grid: GeodesicsScene | null = null;
  private arcs: GeodesicsScene | null = null;
  private layers: (PointsLayer | GeodesicsLayer)[] = [];
  private gridColor: RgbaColor = [128, 128, 128, 120];
  private view: DiskView;
  private screen: Screen = { middleX: 1, middleY: 1, radius: 1 };
  private loop = 0;
  private readonly whenReady: (() => void)[] = [];
  private finished = false;

  constructor(
    private readonly options: DiskRendererOptions,
    view: DiskView,
  ) {
    this.view = view;
    this.deck = new Deck<OrthographicView[]>({
      canvas: options.canvas,
      width: '100%',
      height: '100%',
      views: [new OrthographicView({ id: 'disk', flipY: false })],
      viewState: { disk: { target: [0, 0, 0], zoom: 0 } },
      controller: false,
      layers: [],
      deviceProps: { type: 'webgl', webgl: { antialias: false, powerPreference: 'high-performance' } },
      onDeviceInitialized: (device) => this.initialize(device),
      onError: (error) => options.onError(error),
      getCursor: () => '',
      // deck.gl makes its canvas focusable; the element around it is what the keyboard and screen readers use.
      onLoad: () => (options.canvas.tabIndex = -1),
    });
  }

  /** A new set of points; what was drawn before is dropped. */
  setPointCount(pointCount: number): void {
    if (pointCount === this.pointCount) return;
    this.pointCount = pointCount;
    this.frames = [0, 1, 2].map(() => new Float32Array(pointCount * 2));
    this.ready(() => this.makePoints());
  }

  /** Where the next frame has to be decoded to, before `showFrame`. */
  get incoming(): Float32Array {
    return this.frames[this.player.freeBuffer]!;
  }

  /** Shows what was written to `incoming`. Returns false when a frame that nobody saw was dropped for it. */
  showFrame(nowMs: number, immediately: boolean): boolean {
    const buffer = this.player.freeBuffer;
    const shown = this.player.arrived(nowMs);
    if (immediately) this.player.settle();
    this.ready(() => this.points?.ring[buffer]?.write(this.frames[buffer]!));
    this.animate();
    return shown;
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
      if (this.grid !== null) this.paint(this.grid, color);
      this.redraw();
    });
  }

  /** @param ends A × 4: x0 y0 x1 y1 of every arc  @param colors A × 4 RGBA */
  setArcs(ends: Float32Array, colors: Uint8Array): void {
    this.ready(() => {
      this.arcs?.ends.destroy();
      this.arcs?.colors.destroy();
      this.arcs = this.makeGeodesics(ends, colors, ARC_LINE_PIXELS);
      this.rebuildLayers();
    });
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
    for (const scene of [this.grid, this.arcs]) {
      scene?.ends.destroy();
      scene?.colors.destroy();
    }
    this.dropPoints();
    this.deck.finalize();
  }

  private initialize(device: Device): void {
    if (this.finished) return;
    this.device = device;
    if (this.options.plane === 'POINCARE') {
      const edges = tilingEdges(GRID_REACH);
      this.grid = this.makeGeodesics(edges, new Uint8Array(edges.length), GRID_LINE_PIXELS);
      this.paint(this.grid, this.gridColor);
    }
    this.applyView();
    for (const task of this.whenReady.splice(0)) task();
    this.rebuildLayers();
  }

  private ready(task: () => void): void {
    if (this.device === null) this.whenReady.push(task);
    else task();
  }

  private makePoints(): void {
    if (this.pointCount === 0) return;
    this.dropPoints();
    const device = this.device!;
    const bytes = this.pointCount * 8;
    const ring = this.frames.map((frame, index) =>
      device.createBuffer({ id: `frame-${index}`, byteLength: bytes, data: frame }),
    );
    const colors = device.createBuffer({ id: 'point-colors', byteLength: this.pointCount * 4 });
    this.points = {
      uniforms: this.uniforms(2.5),
      ring,
      framePrevious: ring[0]!,
      frameNext: ring[0]!,
      colors,
    };
    this.rebuildLayers();
  }

  private dropPoints(): void {
    for (const buffer of this.points?.ring ?? []) buffer.destroy();
    this.points?.colors.destroy();
    this.points = null;
  }

  private makeGeodesics(ends: Float32Array, colors: Uint8Array, linePixels: number): GeodesicsScene {
    const device = this.device!;
    const arcCount = ends.length / 4;
    // WebGL has no buffers of length 0.
    const nonEmpty = arcCount > 0;
    return {
      uniforms: { ...this.uniforms(linePixels), progress: 1 },
      ends: device.createBuffer({ data: nonEmpty ? ends : new Float32Array(4) }),
      colors: device.createBuffer({ data: nonEmpty ? colors : new Uint8Array(4) }),
      arcCount,
    };
  }

  private paint(scene: GeodesicsScene, color: RgbaColor): void {
    const colors = new Uint8Array(scene.arcCount * 4);
    for (let i = 0; i < scene.arcCount; i++) colors.set(color, i * 4);
    scene.colors.write(colors);
  }

  private uniforms(radiusPixels: number): DiskViewUniforms {
    return {
      center: [0, 0],
      centerNorm: 1,
      rotationCosine: 1,
      rotationSine: 0,
      flatPlane: this.options.plane === 'EUCLIDEAN' ? 1 : 0,
      progress: 1,
      radiusPixels,
      ...this.viewUniforms(this.view.center, this.view.rotation),
    };
  }

  private viewUniforms(center: DiskPoint, rotation: number): Partial<DiskViewUniforms> {
    return {
      center: [center.x, center.y],
      centerNorm: 1 - center.x * center.x - center.y * center.y,
      rotationCosine: Math.cos(rotation),
      rotationSine: Math.sin(rotation),
    };
  }

  private applyView(): void {
    const { center, rotation, zoom } = this.view;
    const moved = this.viewUniforms(center, rotation);
    if (this.points !== null) Object.assign(this.points.uniforms, moved);
    if (this.arcs !== null) Object.assign(this.arcs.uniforms, moved);
    if (this.grid !== null) {
      const near: Isometry = centeredOnTiling(viewIsometry(this.view));
      Object.assign(this.grid.uniforms, this.viewUniforms(centerOf(near), rotationOf(near)));
    }
    this.deck.setProps({
      viewState: { disk: { target: [0, 0, 0], zoom: Math.log2(Math.max(1, this.screen.radius * zoom)) } },
    });
  }

  private rebuildLayers(): void {
    if (this.device === null) return;
    this.layers = [];
    if (this.grid !== null) this.layers.push(new GeodesicsLayer({ id: 'grid', scene: this.grid, data: [] }));
    if (this.points !== null && this.pointCount > 0) {
      const { pointCount } = this;
      // A new id for a new number of points: the layer's model is made once.
      const id = `points-${pointCount}`;
      this.layers.push(
        new PointsLayer({ id, scene: this.points, pointCount, pickable: true, data: { length: pointCount } }),
      );
    }
    if (this.arcs !== null && this.arcs.arcCount > 0) {
      this.layers.push(new GeodesicsLayer({ id: 'arcs', scene: this.arcs, data: [] }));
    }
    this.deck.setProps({ layers: this.layers });
    this.animate();
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
