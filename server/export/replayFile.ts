import { readFile } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { UnavailableError } from '../errors.ts';
import type { Labels } from '../formats/labels.ts';
import { distFile } from '../paths.ts';
import type { IterationStatistics, Keyframe, LayoutGeometry } from '../storage/run.ts';
import { packFrames, type PackedFrames } from './replayFrames.ts';
import type { ReplaySprites } from './replaySprites.ts';
import { escapeXml } from './svg.ts';

/** Everything that one file needs to replay a run without a server. */
export interface Replay {
  readonly name: string;
  readonly geometry: LayoutGeometry;
  /** Asked for; the run may have done fewer. */
  readonly iterations: number;
  /** Settings and figures, each as people read it. */
  readonly facts: readonly { readonly title: string; readonly text: string }[];
  /** Classes of the points, the label first. */
  readonly categories: readonly ({ readonly name: string } & Labels)[];
  /** N names of images. */
  readonly imageNames: readonly string[];
  readonly history: readonly IterationStatistics[];
  readonly frames: AsyncIterable<Keyframe>;
  /** Whether the points stand for images; those of imported vectors do not. */
  readonly pictured: boolean;
  /** Null where there are no images, or they are not to be had; points are dots then. */
  readonly sprites: ReplaySprites | null;
}

const compress = promisify(deflate);

/** Nothing may be fetched from anywhere: all that the page needs is in the file. */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' blob: data:",
  'worker-src blob: data:',
  "style-src 'unsafe-inline'",
  'img-src data: blob:',
  'font-src data:',
  'connect-src data: blob:',
].join('; ');

/**
 * Writes one HTML file that opens without a server, also from a disk, and replays the optimization with its pictures.
 * The destination is not ended.
 * @throws UnavailableError when the page was not built
 */
export async function writeReplay(replay: Replay, destination: Writable): Promise<void> {
  const [script, style] = await readPage();
  const frames = await packFrames(replay.frames);
  const about = await compress(JSON.stringify(describe(replay, frames)), { level: 9 });
  const pieces = [
    `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8" />\n`,
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}" />\n`,
    `<meta name="viewport" content="width=device-width, initial-scale=1" />\n<meta name="color-scheme" content="dark light" />\n`,
    `<title>${escapeXml(replay.name)} · Circle Limit</title>\n<style>${style}</style>\n</head>\n<body>\n<div id="app"></div>\n`,
    block('about', about),
    block('frames', frames.bytes),
    ...(replay.sprites?.pages ?? []).map((page, number) => block(`sprites-${number}`, page)),
    // An end tag inside the script would end it for the parser.
    `<script type="module">${script.replaceAll('</script', String.raw`<\/script`)}</script>\n</body>\n</html>\n`,
  ];
  await pipeline(Readable.from(pieces, { objectMode: true, highWaterMark: 1 }), destination, { end: false });
}

function block(id: string, bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return `<script type="application/octet-stream" id="${id}">${text}</script>\n`;
}

async function readPage(): Promise<[script: string, style: string]> {
  try {
    return await Promise.all([
      readFile(distFile('replay/replay.js'), 'utf8'),
      readFile(distFile('replay/replay.css'), 'utf8'),
    ]);
  } catch (cause) {
    throw new UnavailableError('the page of a stand-alone file is not built; run "npm run build"', { cause });
  }
}

/** What the page reads as JSON; `client/src/replay/replayData.ts` has its types. */
function describe(replay: Replay, { iterations }: PackedFrames): object {
  const { name, geometry, facts, categories, imageNames, history, pictured, sprites } = replay;
  return {
    ...{ name, geometry, iterations: replay.iterations, facts, keyframes: iterations, imageNames },
    categories: categories.map(({ name: category, names, codes }) => ({ name: category, names, codes: [...codes] })),
    history: history.map(({ iteration, loss, gradientNorm, curvatureScale, exaggeration, recallAt15 }) => [
      ...[iteration, loss, gradientNorm, curvatureScale, exaggeration, recallAt15 ?? null],
    ]),
    pointCount: imageNames.length,
    pictured,
    sprites: sprites === null ? null : { tile: sprites.tile, columns: sprites.columns, pages: sprites.pages.length },
  };
}
