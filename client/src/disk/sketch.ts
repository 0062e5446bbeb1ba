import type { DiskViewUniforms } from './layers/diskView.ts';
import type { Screen } from './diskTransform.ts';

export interface SketchOptions {
  /** Of the layout, N × 2. */
  positions: Float32Array;
  /** RGBA of every point, N × 4. */
  colors: Uint8Array;
  uniforms: DiskViewUniforms;
  screen: Screen;
  zoom: number;
  /** Device pixels per CSS pixel. */
  pixelRatio: number;
}

/** RGBA of each pixel, row by row. */
export interface Raster {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** Mark in the browser's timeline of the moment at which points are seen for the first time. */
const SKETCHED = 'points sketched';

/** Points smaller than this radius, in device pixels, are squares. */
const LARGEST_SQUARE = 1.75;

/**
 * The points as the shaders draw them, less soft edges and shades, by the processor: 60,000 take some 15 ms, so that the
 * layout is seen while the GPU is still given its programs.
 */
export function sketchPoints(canvas: HTMLCanvasElement, options: SketchOptions): void {
  const context = canvas.getContext('2d');
  if (context === null || canvas.width === 0 || canvas.height === 0) return;
  const image = context.createImageData(canvas.width, canvas.height);
  paintPoints({ pixels: new Uint32Array(image.data.buffer), width: canvas.width, height: canvas.height }, options);
  context.putImageData(image, 0, 0);
}

/** Marks in the browser's timeline when what was just sketched is on the screen, unless points were seen before. */
export function noteSketch(): void {
  if (performance.getEntriesByName(SKETCHED).length === 0) afterPainting(() => performance.mark(SKETCHED));
}

/** The first of these frames comes before the page is painted as it is now, the second after it. */
export function afterPainting(act: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(act));
}

/** @param raster which points are painted into */
export function paintPoints(raster: Raster, options: SketchOptions): void {
  const { positions, uniforms, screen, pixelRatio } = options;
  const colors = new Uint32Array(options.colors.buffer, options.colors.byteOffset, options.colors.length / 4);
  const { center, centerNorm, rotationCosine, rotationSine, flatPlane } = uniforms;
  const [a, b] = center;
  const scale = screen.radius * options.zoom * pixelRatio;
  for (let index = 0; index < colors.length; index++) {
    const color = colors[index]!;
    // Hidden by the legend.
    if (color >>> 24 === 0) continue;
    const x = positions[2 * index]!;
    const y = positions[2 * index + 1]!;
    // As `disk_toView` in the shaders.
    let movedX = x - a;
    let movedY = y - b;
    let closeness = 1;
    if (flatPlane < 0.5) {
      const belowX = 1 - (a * x + b * y);
      const belowY = b * x - a * y;
      const norm = belowX * belowX + belowY * belowY;
      const real = (movedX * belowX + movedY * belowY) / norm;
      movedY = (movedY * belowX - movedX * belowY) / norm;
      movedX = real;
      closeness = Math.max(0, (centerNorm * (1 - (x * x + y * y))) / norm);
    }
    const middleX = screen.middleX * pixelRatio + scale * (rotationCosine * movedX - rotationSine * movedY);
    const middleY = screen.middleY * pixelRatio - scale * (rotationSine * movedX + rotationCosine * movedY);
    const radius = uniforms.radiusPixels * (0.6 + 0.4 * Math.sqrt(closeness)) * pixelRatio;
    const paint = radius < LARGEST_SQUARE ? paintSquare : paintDisc;
    paint(raster, middleX, middleY, radius, color);
  }
}

/** Two or three pixels are no disc; and this is quick also before the browser has compiled it. */
function paintSquare(
  { pixels, width, height }: Raster,
  middleX: number,
  middleY: number,
  radius: number,
  color: number,
): void {
  const side = Math.max(1, Math.round(2 * radius));
  const left = Math.round(middleX - side / 2);
  const top = Math.round(middleY - side / 2);
  if (left < 0 || top < 0 || left + side > width || top + side > height) return;
  for (let row = top * width + left, last = row + side * width; row < last; row += width) {
    for (let pixel = row; pixel < row + side; pixel++) pixels[pixel] = color;
  }
}

function paintDisc(
  { pixels, width, height }: Raster,
  middleX: number,
  middleY: number,
  radius: number,
  color: number,
): void {
  const last = Math.min(height - 1, Math.round(middleY + radius - 0.5));
  for (let row = Math.max(0, Math.round(middleY - radius - 0.5)); row <= last; row++) {
    const offset = row + 0.5 - middleY;
    const half = Math.sqrt(Math.max(0.25, radius * radius - offset * offset));
    const from = Math.max(0, Math.round(middleX - half));
    const to = Math.min(width, Math.round(middleX + half));
    // Faster than `fill` for the few pixels of a row.
    for (let pixel = row * width + from; pixel < row * width + to; pixel++) pixels[pixel] = color;
  }
}
