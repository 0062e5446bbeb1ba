import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { temporaryNameBeside } from '../formats/atomicWrite.ts';
import { errorCode } from '../formats/files.ts';
import { labelsFromStrings } from '../formats/labels.ts';
import { forEachBounded } from './boundedMap.ts';
import { readEmojiCatalog, type CatalogedEmoji } from './emojiCatalog.ts';

/** Side of the rendered pictures in pixels. */
export const EMOJI_SIDE = 64;
export const EMOJI_BYTES = EMOJI_SIDE * EMOJI_SIDE * 3;
export const PIXELS_FILE = 'pixels.rgb';
export const MANIFEST_FILE = 'manifest.json';
const RENDER_CONCURRENCY = 8;

/** What lies beside the pixels in the cache; codes count from 0. */
export interface EmojiManifest {
  readonly count: number;
  readonly fingerprint: string;
  readonly names: readonly string[];
  readonly groups: { readonly names: readonly string[]; readonly codes: readonly number[] };
  readonly subgroups: { readonly names: readonly string[]; readonly codes: readonly number[] };
}

/**
 * Draws all emoji on white and writes pixels and manifest into `folder`, which appears whole or not at all.
 * Runs for seconds; meant for a worker.
 */
export async function renderEmoji(folder: string, onProgress: (done: number, total: number) => void): Promise<void> {
  const catalog = await readEmojiCatalog();
  const pixels = new Uint8Array(catalog.length * EMOJI_BYTES);
  let done = 0;
  await forEachBounded(catalog.length, RENDER_CONCURRENCY, async (index) => {
    pixels.set(await renderOne(catalog[index]), index * EMOJI_BYTES);
    onProgress(++done, catalog.length);
  });
  const temporary = temporaryNameBeside(folder);
  try {
    await mkdir(temporary, { recursive: true });
    await writeFile(join(temporary, PIXELS_FILE), pixels, { flush: true });
    await writeFile(join(temporary, MANIFEST_FILE), JSON.stringify(describe(catalog, pixels)), { flush: true });
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    // Another process was faster, with the same pictures.
    if (!['EEXIST', 'ENOTEMPTY'].includes(errorCode(error))) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function renderOne(emoji: CatalogedEmoji): Promise<Uint8Array> {
  const { data, info } = await sharp(Buffer.from(emoji.svg))
    .resize(EMOJI_SIDE, EMOJI_SIDE)
    .flatten({ background: '#ffffff' })
    .toColorspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (data.length !== EMOJI_BYTES) throw new Error(`${emoji.name}: drawn with ${info.channels} channels`);
  return data;
}

function describe(catalog: readonly CatalogedEmoji[], pixels: Uint8Array): EmojiManifest {
  const column = (values: readonly string[]) => {
    const { names, codes } = labelsFromStrings(values);
    return { names, codes: [...codes] };
  };
  const content = {
    count: catalog.length,
    names: catalog.map((emoji) => emoji.name),
    groups: column(catalog.map((emoji) => emoji.group)),
    subgroups: column(catalog.map((emoji) => emoji.subgroup)),
  };
  const fingerprint = createHash('sha256').update(JSON.stringify(content)).update(pixels).digest('hex');
  return { ...content, fingerprint };
}
