import { numberIn, readDiskView } from '../../server/geometry/diskView.ts';
import { CIRCLE_LENGTH, FRAME_CIRCLES, pointRadiusOn, screenIn } from './disk/diskScreen.ts';
import type { DiskView, Screen } from './disk/diskTransform.ts';
import { decodeFrameInto, decodeInt16 } from './disk/frameDecoder.ts';
import { makeUniforms } from './disk/layers/diskView.ts';
import { colorsByCategory } from './disk/pointColors.ts';
import { afterPainting, noteSketch, sketchPoints } from './disk/sketch.ts';
import { isEmbedded } from './embedded.ts';
import { RunSketchDocument, ServerDocument, SharedViewDocument } from './graphql/documents.ts';
import { askEarly } from './graphql/early.ts';
import type { RunSketchQuery } from './graphql/generated/graphql.ts';
import { readPageAddress } from './pageAddress.ts';
import { seesDark } from './theme.ts';

type Sketched = NonNullable<RunSketchQuery['run']>;

/** A run as a page will show it. */
interface ShownRun {
  readonly id: string;
  /** What the address says of what is seen. */
  readonly query: URLSearchParams;
  readonly view: DiskView;
  /** Of a share link, whose page has one bar more. */
  readonly ticket?: string;
}

const SVG = 'http://www.w3.org/2000/svg';
/** The width from which the page of a run has its disk between two panels, as in `RunBoard`. */
const WIDE = '(min-width: 60.0625rem)';
/** What of an address changes how points look in ways that only the page knows. */
const PAGE_ALONE = ['q', 'sel'];
/** Up to this distance of the center from the origin an int16 layout errs by less than a pixel: tanh(6/2), see `REACH`. */
const INT16_REACH = Math.tanh(3);

let early: HTMLElement | null = null;
let isOver = false;

/**
 * Shows the layout of a run where its page will show it, and as it will, before the page's scripts have run: decoded,
 * colored and sketched by the few modules that this needs. The page's own disk takes its place.
 * @param address path and query of the page
 * @returns when the layout is on the screen, or when it is clear that the page has to come first
 */
export async function showEarlyDisk(address: string): Promise<void> {
  const shown = matchMedia(WIDE).matches ? await shownRun(address) : null;
  if (shown === null || PAGE_ALONE.some((key) => shown.query.has(key))) return;
  const [run, isLower] = await Promise.all([askForSketch(shown), hasNotices(shown)]);
  const colors = run && colorsOf(run, shown.query);
  if (colors !== null && !isLower && !isOver) await show(run!, colors, shown);
}

/** Null where the page shows something else. */
async function shownRun(address: string): Promise<ShownRun | null> {
  const { page, id, view } = readPageAddress(address);
  if (page === 'shared') {
    const shared = (await askEarly(SharedViewDocument, { token: id }))?.sharedView;
    if (shared?.runs.length !== 1) return null;
    const { runs, viewState, ticket } = shared;
    return { id: runs[0]!.id, ...readQuery(new URLSearchParams(viewState)), ticket };
  }
  return page === 'run' ? { id, ...readQuery(view) } : null;
}

function readQuery(query: URLSearchParams): Pick<ShownRun, 'query' | 'view'> {
  return { query, view: readDiskView(Object.fromEntries(query)) };
}

/** Whether notices above the page move its disk. */
async function hasNotices({ ticket }: ShownRun): Promise<boolean> {
  if (ticket !== undefined || isEmbedded) return false;
  return (await askEarly(ServerDocument, {}))?.server.notices.length !== 0;
}

async function askForSketch({ id, query, view, ticket }: ShownRun): Promise<Sketched | null> {
  const iteration = numberIn(query.get('i') ?? undefined, 0, Number.MAX_SAFE_INTEGER);
  const { x, y } = view.center;
  // Half as many bytes, which are precise enough but far out.
  const encoding = Math.hypot(x, y) < INT16_REACH ? 'INT16' : 'FLOAT32';
  const variables = { id, iteration, encoding, withColumns: query.has('color') } as const;
  return (await askEarly(RunSketchDocument, variables, ticket))?.run ?? null;
}

async function show(run: Sketched, colors: Uint8Array, { view, ticket }: ShownRun): Promise<void> {
  const area = document.createElement('div');
  area.className = `early-disk${isEmbedded ? ' embedded' : ticket === undefined ? '' : ' shared'}`;
  area.ariaHidden = 'true';
  document.body.append(area);
  const { width, height } = area.getBoundingClientRect();
  const screen = screenIn(width, height);
  area.append(frameOf(screen, view.zoom), sketchOf(run, colors, screen, view));
  early = area;
  noteSketch();
  await new Promise<void>(afterPainting);
}

/** For good: the page has a disk of its own, or shows something else. */
export function hideEarlyDisk(): void {
  isOver = true;
  early?.remove();
  early = null;
}

/** RGBA of every point; null without a layout, and for colors that need more than this. */
function colorsOf({ points, layout }: Sketched, query: URLSearchParams): Uint8Array | null {
  const name = query.get('color') ?? 'label';
  const label = { names: points.labelNames, codes: points.labelCodes };
  const category = name === 'label' ? label : points.columns?.find((column) => column.name === name);
  const codes = decodeInt16(category?.codes ?? '');
  if (category === undefined || codes.length !== layout?.pointCount) return null;
  const hidden = new Set((query.get('hide') ?? '').split(',').filter((one) => one !== ''));
  return colorsByCategory({ names: category.names, codes }, hidden, seesDark() ? 'dark' : 'light');
}

/** As `DiskFrame` has it. */
function frameOf({ middleX, middleY, radius }: Screen, zoom: number): SVGElement {
  const frame = element('svg', { class: 'disk-frame' });
  const gradient = element('radialGradient', { id: 'disk-ground' });
  gradient.append(element('stop', { offset: 0.72, class: 'center' }), element('stop', { offset: 1, class: 'edge' }));
  const place = { cx: middleX, cy: middleY, pathLength: CIRCLE_LENGTH };
  frame.append(
    gradient,
    ...FRAME_CIRCLES.map(({ kind, outset }) => element('circle', { ...place, class: kind, r: radius * zoom + outset })),
  );
  return frame;
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

function sketchOf(run: Sketched, colors: Uint8Array, screen: Screen, view: DiskView): HTMLCanvasElement {
  const { coordinates, encoding, pointCount } = run.layout!;
  const positions = new Float32Array(2 * pointCount);
  decodeFrameInto(positions, coordinates, encoding);
  const canvas = document.createElement('canvas');
  canvas.width = 2 * screen.middleX * devicePixelRatio;
  canvas.height = 2 * screen.middleY * devicePixelRatio;
  const radius = pointRadiusOn(screen, view.zoom, pointCount);
  const uniforms = makeUniforms(run.parameters.geometry, view, radius);
  sketchPoints(canvas, { positions, colors, uniforms, screen, zoom: view.zoom, pixelRatio: devicePixelRatio });
  return canvas;
}
