import { decodeBase64 } from '../disk/frameDecoder.ts';
import type { RunPoints } from '../disk/pointColors.ts';
import type { PictureSource } from '../disk/layers/pictures/pictureScene.ts';
import type { RunProgressSubscription } from '../graphql/generated/graphql.ts';

type IterationStats = RunProgressSubscription['runProgress']['statsSince'][number];

/** What the file says of its run; written by `server/export/replayFile.ts`. */
interface ReplayAbout {
  readonly name: string;
  readonly geometry: 'poincare' | 'euclidean';
  readonly iterations: number;
  readonly facts: readonly { readonly title: string; readonly text: string }[];
  readonly keyframes: readonly number[];
  readonly imageNames: readonly string[];
  readonly categories: readonly { readonly name: string; readonly names: string[]; readonly codes: number[] }[];
  /** iteration, loss, gradient norm, curvature scale, exaggeration, recall. */
  readonly history: readonly (readonly [number, number, number, number, number, number | null])[];
  readonly pointCount: number;
  /** Whether the points stand for images. */
  readonly pictured: boolean;
  readonly sprites: { readonly tile: number; readonly columns: number; readonly pages: number } | null;
}

/** A run as its file holds it. */
export interface ReplayData {
  readonly about: ReplayAbout;
  /** N × 2 interleaved for every keyframe, round(32767 · coordinate). */
  readonly frames: readonly Int16Array[];
  readonly points: RunPoints;
  readonly history: readonly IterationStats[];
  /** Null where the file has no pictures. */
  readonly pictures: PictureSource | null;
}

/** @param textOf the text of the block with this id @throws when the file was cut short */
export async function readReplay(textOf: (id: string) => string): Promise<ReplayData> {
  const about = JSON.parse(new TextDecoder().decode(await inflate(textOf('about')))) as ReplayAbout;
  const bytes = await inflate(textOf('frames'));
  return {
    about,
    frames: unpackFrames(bytes, about.keyframes.length, about.pointCount),
    points: pointsOf(about),
    history: about.history.map(([iteration, loss, gradientNorm, curvatureScale, exaggeration, recallAt15]) => ({
      ...{ iteration, loss, gradientNorm, curvatureScale, exaggeration, recallAt15 },
    })),
    pictures: picturesOf(about, textOf),
  };
}

/**
 * Layouts from the differences between them: for each frame the low bytes of all numbers, then the high bytes.
 * @throws RangeError when there are fewer bytes than the frames need
 */
export function unpackFrames(bytes: Uint8Array, frameCount: number, pointCount: number): Int16Array[] {
  const numbers = 2 * pointCount;
  if (bytes.length !== frameCount * numbers * 2) {
    throw new RangeError(`${bytes.length} bytes of layouts instead of ${frameCount * numbers * 2}`);
  }
  const frames: Int16Array[] = [];
  for (let at = 0; at < frameCount; at++) {
    const start = at * numbers * 2;
    const before = frames[at - 1];
    const frame = new Int16Array(numbers);
    for (let i = 0; i < numbers; i++) {
      const difference = bytes[start + i]! | (bytes[start + numbers + i]! << 8);
      // Stored modulo 2¹⁶, as the array does by itself.
      frame[i] = difference + (before === undefined ? 0 : before[i]!);
    }
    frames.push(frame);
  }
  return frames;
}

async function inflate(base64: string): Promise<Uint8Array> {
  const stream = new Blob([decodeBase64(base64)]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function pointsOf({ categories, pointCount }: ReplayAbout): RunPoints {
  return {
    datasetId: null,
    pictured: false,
    imageIndices: Int32Array.from({ length: pointCount }, (_, point) => point),
    categories: categories.map(({ name, names, codes }) => {
      const counts = new Array<number>(names.length).fill(0);
      for (const code of codes) if (code >= 0) counts[code]!++;
      return { name, names, codes: Int16Array.from(codes), counts };
    }),
    numbers: [],
    recall: null,
  };
}

function picturesOf({ sprites, pointCount }: ReplayAbout, textOf: (id: string) => string): PictureSource | null {
  if (sprites === null) return null;
  const { tile, columns, pages } = sprites;
  return {
    atlas: { tile, columns, tilesPerPage: columns * columns, pages },
    imageIndices: Int32Array.from({ length: pointCount }, (_, point) => point),
    urlOf: (page) => `data:image/webp;base64,${textOf(`sprites-${page}`)}`,
  };
}
