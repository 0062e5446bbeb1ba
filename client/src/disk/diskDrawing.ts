import { Deck, OrthographicView } from '@deck.gl/core';
import type { Device } from '@luma.gl/core';
import { centerOf, rotationOf } from '../../../server/geometry/isometry.ts';
import type { Isometry } from '../../../server/geometry/isometry.ts';
import { buildLayers } from './buildLayers.ts';
import type { DiskLayer } from './buildLayers.ts';
import { viewIsometry } from './diskTransform.ts';
import type { DiskView, Plane, Screen } from './diskTransform.ts';
import { openDevice } from './drawingDevice.ts';
import type { FramePlayer } from './framePlayer.ts';
import type { GeodesicsScene } from './layers/geodesics/geodesicsLayer.ts';
import { makeUniforms, viewUniforms } from './layers/diskView.ts';
import type { DiskViewUniforms } from './layers/diskView.ts';
import { destroyGeodesics, makeGeodesics, paintGeodesics } from './layers/geodesics/geodesicsScene.ts';
import type { RgbaColor } from './layers/geodesics/geodesicsScene.ts';
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

/** How large pictures may be, whatever the zoom. */
export type PictureLimits = Omit<PictureSizes, 'scalePixels'>;

export interface DiskDrawingOptions {
  readonly plane: Plane;
  readonly view: DiskView;
  readonly screen: Screen;
  readonly onError: (error: Error) => void;
  /** Called after every frame that was drawn. */
  readonly onRendered: () => void;
}

/** One layout on the GPU by deck.gl: its buffers, its layers, and the view of them. Loaded when it is first wanted. */
export class DiskDrawing {
  readonly #plane: Plane;
  readonly #device: Device;
  readonly #deck: Deck<OrthographicView[]>;
  readonly #lines = new Map<LineKind, GeodesicsScene>();
  #view: DiskView;
  #screen: Screen;
  #points: RingScene | null = null;
  #pointCount = 0;
  #grid: GeodesicsScene | null = null;
  #gridShown = true;
  #pictures: PictureScene | null = null;
  #pictureLimits: PictureLimits = { minPixels: 20, maxPixels: 48 };
  #marks: PointMarks = 'auto';
  #layers: DiskLayer[] = [];

  /** @param device whose canvas is drawn on */
  constructor(device: Device, options: DiskDrawingOptions) {
    this.#device = device;
    this.#plane = options.plane;
    this.#view = options.view;
    this.#screen = options.screen;
    this.#deck = new Deck<OrthographicView[]>({
      device,
      width: '100%',
      height: '100%',
      views: [new OrthographicView({ id: 'disk', flipY: false })],
      viewState: { disk: { target: [0, 0, 0], zoom: 0 } },
      controller: false,
      layers: [],
      onError: (error) => options.onError(error),
      getCursor: () => '',
      onAfterRender: () => options.onRendered(),
      // deck.gl makes its canvas focusable; the element around it is what the keyboard and screen readers use.
      onLoad: () => ((device.getDefaultCanvasContext().canvas as HTMLCanvasElement).tabIndex = -1),
    });
    this.#makeGrid();
    this.#applyView();
    this.#rebuildLayers();
  }

  get hasPoints(): boolean {
    return this.#points !== null;
  }

  /** A new set of points; what was drawn before is dropped. @param frames the ring of three, each N × 2 */
  setFrames(frames: readonly Float32Array[]): void {
    destroyPoints(this.#points);
    this.#pointCount = frames[0]!.length / 2;
    this.#points = this.#pointCount > 0 ? makePoints(this.#device, frames, this.#uniforms(2.5)) : null;
    this.#rebuildLayers();
  }

  /** @param buffer of the ring  @param frame N × 2 */
  writeFrame(buffer: number, frame: Float32Array): void {
    this.#points?.ring[buffer]?.write(frame);
  }

  /** Draws the points between the two frames of the ring that the player is at. */
  showMotion(player: FramePlayer): void {
    if (this.#points === null) return;
    this.#points.framePrevious = this.#points.ring[player.previous]!;
    this.#points.frameNext = this.#points.ring[player.next]!;
    this.#points.uniforms.progress = player.progress;
    this.redraw();
  }

  /** RGBA of every point, N × 4. */
  setColors(colors: Uint8Array): void {
    if (colors.length !== this.#pointCount * 4) return;
    this.#points?.colors.write(colors);
    this.redraw();
  }

  setPointRadius(radiusPixels: number): void {
    if (this.#points !== null) this.#points.uniforms.radiusPixels = radiusPixels;
    this.redraw();
  }

  setGridColor(color: RgbaColor): void {
    if (this.#grid !== null) paintGeodesics(this.#grid, color);
    this.redraw();
  }

  showGrid(shown: boolean): void {
    this.#gridShown = shown;
    this.#rebuildLayers();
  }

  /** @param ends A × 4: x0 y0 x1 y1 of every arc  @param colors A × 4 RGBA */
  setLines(kind: LineKind, ends: Float32Array, colors: Uint8Array): void {
    destroyGeodesics(this.#lines.get(kind));
    this.#lines.delete(kind);
    if (ends.length > 0) {
      this.#lines.set(kind, makeGeodesics(this.#device, ends, colors, this.#uniforms(LINE_PIXELS[kind])));
    }
    this.#rebuildLayers();
  }

  /** Where pictures come from; null for none. */
  setPictures(source: PictureSource | null): void {
    this.#pictures?.destroy();
    this.#pictures = source && new PictureScene(this.#device, source, () => this.redraw());
    this.#applyView();
    this.#rebuildLayers();
  }

  /** @param separations for every point the geodesic distance that its picture has to itself */
  setSeparations(separations: Float32Array): void {
    this.#pictures?.setSeparations(separations);
    this.redraw();
  }

  setMarks(marks: PointMarks, limits: PictureLimits): void {
    this.#marks = marks;
    this.#pictureLimits = limits;
    this.#applyView();
    this.#rebuildLayers();
  }

  /** Pages of pictures that are loaded and have some to draw. */
  drawnPictures(): Iterable<unknown> {
    return this.#pictures?.drawnPages() ?? [];
  }

  /** How large pictures are drawn, or null where none are. */
  get pictureSizes(): PictureSizes | null {
    return this.#marks === 'dots' ? null : (this.#pictures?.sizes ?? null);
  }

  setView(view: DiskView, screen: Screen): void {
    this.#view = view;
    this.#screen = screen;
    this.#applyView();
    this.redraw();
  }

  redraw(): void {
    for (const layer of this.#layers) layer.setNeedsRedraw();
  }

  destroy(): void {
    for (const scene of [this.#grid, ...this.#lines.values()]) destroyGeodesics(scene);
    this.#pictures?.destroy();
    destroyPoints(this.#points);
    this.#deck.finalize();
  }

  #makeGrid(): void {
    if (this.#plane !== 'POINCARE') return;
    const edges = tilingEdges(GRID_REACH);
    this.#grid = makeGeodesics(this.#device, edges, new Uint8Array(edges.length), this.#uniforms(GRID_LINE_PIXELS));
  }

  #uniforms(radiusPixels: number): DiskViewUniforms {
    return makeUniforms(this.#plane, this.#view, radiusPixels);
  }

  #applyView(): void {
    const { center, rotation, zoom } = this.#view;
    const moved = viewUniforms(center, rotation);
    if (this.#points !== null) Object.assign(this.#points.uniforms, moved);
    for (const scene of this.#lines.values()) Object.assign(scene.uniforms, moved);
    if (this.#pictures !== null) {
      this.#pictures.sizes = { ...this.#pictureLimits, scalePixels: this.#screen.radius * zoom };
    }
    if (this.#grid !== null) {
      const near: Isometry = centeredOnTiling(viewIsometry(this.#view));
      Object.assign(this.#grid.uniforms, viewUniforms(centerOf(near), rotationOf(near)));
    }
    this.#deck.setProps({
      viewState: { disk: { target: [0, 0, 0], zoom: Math.log2(Math.max(1, this.#screen.radius * zoom)) } },
    });
  }

  #rebuildLayers(): void {
    this.#layers = buildLayers({
      grid: this.#gridShown ? this.#grid : null,
      lines: this.#lines,
      points: this.#points,
      pointCount: this.#pointCount,
      pictures: this.#pictures,
      marks: this.#marks,
    });
    this.#deck.setProps({ layers: this.#layers });
  }
}

/**
 * Asks for the GPU, and puts its canvas into an element; null where the browser has no WebGL 2. The browser waits here
 * until the GPU has started.
 */
export function openDrawing(holder: HTMLElement, options: DiskDrawingOptions): DiskDrawing | null {
  const device = openDevice();
  if (device === null) return null;
  const surface = device.getDefaultCanvasContext();
  // The size that deck.gl will find: to change it later would wait for all that was drawn before.
  surface.setDrawingBufferSize(holder.clientWidth * devicePixelRatio, holder.clientHeight * devicePixelRatio);
  holder.append(surface.canvas as HTMLCanvasElement);
  return new DiskDrawing(device, options);
}
