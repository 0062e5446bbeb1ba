import type { LineKind, PointMarks } from './diskDrawing.ts';
import { GeodesicsLayer } from './layers/geodesics/geodesicsLayer.ts';
import type { GeodesicsScene } from './layers/geodesics/geodesicsLayer.ts';
import { PicturesLayer } from './layers/pictures/picturesLayer.ts';
import type { PictureScene } from './layers/pictures/pictureScene.ts';
import { PointsLayer } from './layers/points/pointsLayer.ts';
import type { PointsScene } from './layers/points/pointsLayer.ts';

/** Sides of tiles are short, and density lines are made of straight pieces already. */
const GRID_SEGMENTS = 12;
const CONTOUR_SEGMENTS = 2;
const ARC_SEGMENTS = 32;

export type DiskLayer = PointsLayer | PicturesLayer | GeodesicsLayer;

/** What there is to draw; null for what is switched off or not there yet. */
export interface DiskScenes {
  readonly grid: GeodesicsScene | null;
  readonly lines: ReadonlyMap<LineKind, GeodesicsScene>;
  readonly points: PointsScene | null;
  readonly pointCount: number;
  readonly pictures: PictureScene | null;
  readonly marks: PointMarks;
}

/** From the ground up: grid, density, points, pictures, and over all arcs and the ruler. */
export function buildLayers({ grid, lines, points, pointCount, pictures, marks }: DiskScenes): DiskLayer[] {
  const layers: DiskLayer[] = [];
  const addLines = (id: string, scene: GeodesicsScene | null | undefined, segments: number): void => {
    if (scene) layers.push(new GeodesicsLayer({ id, scene, segments, data: [] }));
  };
  addLines('grid', grid, GRID_SEGMENTS);
  addLines('contours', lines.get('contours'), CONTOUR_SEGMENTS);
  if (points !== null && pointCount > 0) {
    const withPictures = pictures !== null && pictures.pointCount === pointCount && marks !== 'dots';
    const data = { length: pointCount };
    // A new id for a new number of points: the layer's model is made once.
    if (!withPictures || marks === 'auto') {
      layers.push(new PointsLayer({ id: `points-${pointCount}`, scene: points, pointCount, data }));
    }
    if (withPictures) layers.push(new PicturesLayer({ id: `pictures-${pointCount}`, points, pictures, data }));
  }
  addLines('arcs', lines.get('arcs'), ARC_SEGMENTS);
  addLines('ruler', lines.get('ruler'), ARC_SEGMENTS);
  return layers;
}
