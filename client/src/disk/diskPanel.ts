import type { Device } from '@luma.gl/core';
import { centerOf, rotationOf } from '../../../server/geometry/isometry.ts';
import type { DiskPoint, DiskView, Plane, Screen } from './diskTransform.ts';
import { viewIsometry } from './diskTransform.ts';
import type { DrawnPoints } from './drawnPoints.ts';
import { FramePlayer } from './framePlayer.ts';
import { makeUniforms, viewUniforms } from './layers/diskView.ts';
import { GeodesicsLayer } from './layers/geodesics/geodesicsLayer.ts';
import type { GeodesicsScene } from './layers/geodesics/geodesicsLayer.ts';
import { destroyGeodesics, makeGeodesics, paintGeodesics } from './layers/geodesics/geodesicsScene.ts';
import type { RgbaColor } from './layers/geodesics/geodesicsScene.ts';
import { PointsLayer } from './layers/points/pointsLayer.ts';
import { destroyPoints, makePoints } from './layers/points/pointsScene.ts';
import type { RingScene } from './layers/points/pointsScene.ts';
import type { Motion } from './nearestPoint.ts';
import { centeredOnTiling } from './tiling.ts';

const GRID_LINE_PIXELS = 0.7;
const GRID_SEGMENTS = 12;
const TRAIL_SEGMENTS = 32;
const TRAIL_PIXELS = 1.1;

/** A rectangle of the canvas, in CSS pixels. */
export interface PanelPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a panel asks of the canvas that it is part of. */
export interface PanelHost {
  /** Runs at once, or as soon as there is a device. */
  ready(task: (device: Device) => void): void;
  /** Layers or places have changed; `after` runs when none of the layers before is drawn any more. */
  rebuild(after?: () => void): void;
  /** Points move. */
  animate(): void;
}

/** One of several disks of one canvas: a layout, its colors and its trails. */
export class DiskPanel implements DrawnPoints {
  readonly id: string;
  readonly pictureSizes = null;
  readonly player = new FramePlayer();
  place: PanelPlace = { x: 0, y: 0, width: 1, height: 1 };
  readonly #host: PanelHost;
  readonly #plane: Plane;
  #view: DiskView;
  #screen: Screen = { middleX: 1, middleY: 1, radius: 1 };
  #frames: Float32Array[] = [];
  #pointCount = 0;
  #radiusPixels = 2.5;
  #points: RingScene | null = null;
  #grid: GeodesicsScene | null = null;
  #trails: GeodesicsScene | null = null;

  constructor(id: string, host: PanelHost, plane: Plane, view: DiskView) {
    this.id = id;
    this.#host = host;
    this.#plane = plane;
    this.#view = view;
  }

  /** A new set of points; what was drawn before is dropped. */
  setPointCount(pointCount: number): void {
    if (pointCount === this.#pointCount) return;
    this.#pointCount = pointCount;
    this.#frames = [0, 1, 2].map(() => new Float32Array(pointCount * 2));
    this.#host.ready((device) => {
      const before = this.#points;
      this.#points = makePoints(device, this.#frames, this.#uniforms(this.#radiusPixels));
      this.#host.rebuild(() => destroyPoints(before));
    });
  }

  /** Shows a layout, N × 2; points move there unless `immediately`. */
  showFrame(coordinates: Float32Array, nowMs: number, immediately: boolean): void {
    const buffer = this.player.freeBuffer;
    this.#frames[buffer]!.set(coordinates);
    this.player.arrived(nowMs);
    if (immediately) this.player.settle();
    this.#host.ready(() => this.#points?.ring[buffer]?.write(this.#frames[buffer]!));
    this.#host.animate();
  }

  /** RGBA of every point, N × 4. */
  setColors(colors: Uint8Array): void {
    this.#host.ready(() => {
      if (colors.length !== this.#pointCount * 4) return;
      this.#points?.colors.write(colors);
      this.#host.animate();
    });
  }

  /** Also of points that come later. */
  setPointRadius(radiusPixels: number): void {
    this.#radiusPixels = radiusPixels;
    this.#host.ready(() => {
      if (this.#points !== null) this.#points.uniforms.radiusPixels = radiusPixels;
      this.#host.animate();
    });
  }

  /** @param edges of the tiling, as `setTrails` takes them */
  setGrid(edges: Float32Array, color: RgbaColor): void {
    this.#host.ready((device) => {
      if (this.#plane !== 'POINCARE') return;
      this.#grid ??= makeGeodesics(device, edges, new Uint8Array(edges.length), this.#uniforms(GRID_LINE_PIXELS));
      paintGeodesics(this.#grid, color);
      this.#applyView();
      this.#host.rebuild();
    });
  }

  /** @param ends A × 4: x0 y0 x1 y1 of every arc in layout coordinates  @param colors A × 4 RGBA */
  setTrails(ends: Float32Array, colors: Uint8Array): void {
    this.#host.ready((device) => {
      const before = this.#trails;
      this.#trails = ends.length === 0 ? null : makeGeodesics(device, ends, colors, this.#uniforms(TRAIL_PIXELS));
      this.#host.rebuild(() => destroyGeodesics(before));
    });
  }

  setView(view: DiskView, screen: Screen, place: PanelPlace): void {
    this.#view = view;
    this.#screen = screen;
    this.place = place;
    this.#host.ready(() => {
      this.#applyView();
      this.#host.rebuild();
    });
  }

  /** The zoom of deck.gl's orthographic view: pixels a unit, as a power of two. */
  get deckZoom(): number {
    return Math.log2(Math.max(1, this.#screen.radius * this.#view.zoom));
  }

  layers(): (PointsLayer | GeodesicsLayer)[] {
    const lines = (name: string, scene: GeodesicsScene | null, segments: number) =>
      scene === null ? [] : [new GeodesicsLayer({ id: `${this.id}:${name}`, scene, segments, data: [] })];
    const points =
      this.#points === null
        ? []
        : [
            new PointsLayer({
              id: `${this.id}:points-${this.#pointCount}`,
              scene: this.#points,
              pointCount: this.#pointCount,
              data: { length: this.#pointCount },
            }),
          ];
    return [...lines('grid', this.#grid, GRID_SEGMENTS), ...points, ...lines('trails', this.#trails, TRAIL_SEGMENTS)];
  }

  /** Moves on to `nowMs`. Returns whether another picture follows without a new frame. */
  advance(nowMs: number): boolean {
    this.player.advance(nowMs);
    if (this.#points !== null) {
      this.#points.framePrevious = this.#points.ring[this.player.previous]!;
      this.#points.frameNext = this.#points.ring[this.player.next]!;
      this.#points.uniforms.progress = this.player.progress;
    }
    return this.player.moving;
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

  destroy(): void {
    destroyPoints(this.#points);
    destroyGeodesics(this.#grid);
    destroyGeodesics(this.#trails);
    this.#points = null;
    this.#grid = null;
    this.#trails = null;
  }

  #uniforms(radiusPixels: number) {
    return makeUniforms(this.#plane, this.#view, radiusPixels);
  }

  #applyView(): void {
    const moved = viewUniforms(this.#view.center, this.#view.rotation);
    if (this.#points !== null) Object.assign(this.#points.uniforms, moved);
    if (this.#trails !== null) Object.assign(this.#trails.uniforms, moved);
    if (this.#grid !== null) {
      const near = centeredOnTiling(viewIsometry(this.#view));
      Object.assign(this.#grid.uniforms, viewUniforms(centerOf(near), rotationOf(near)));
    }
  }
}
