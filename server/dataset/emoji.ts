import { open, readFile, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { InterruptedError, UnavailableError } from '../errors.ts';
import { workerUrl } from '../paths.ts';
import { throwIfInterrupted } from './boundedMap.ts';
import type { CategoricalColumn, ImageDataset, RgbImage } from './dataset.ts';
import { emojiSourceVersions } from './emojiCatalog.ts';
import { EMOJI_BYTES, EMOJI_SIDE, MANIFEST_FILE, PIXELS_FILE, type EmojiManifest } from './emojiRender.ts';
import type { EmojiRenderMessage } from './emojiRender.worker.ts';
import { requireImageIndex } from './imageIndex.ts';
import type { OpenDatasetOptions } from './openDataset.ts';

type EmojiOptions = Pick<OpenDatasetOptions, 'cacheFolder' | 'signal' | 'onProgress'>;

/**
 * Opens the offline data set: Noto's emoji at 64 × 64 pixels on white, with Unicode's groups as labels and its subgroups
 * as a second level. The first call draws them into the cache, in a worker.
 * @throws UnavailableError when they cannot be drawn or stored.
 * @throws InterruptedError when the signal is aborted.
 */
export async function openEmoji(options: EmojiOptions): Promise<ImageDataset> {
  const folder = await emojiFolder(options.cacheFolder);
  let manifest = await readManifest(folder);
  if (manifest === null) {
    await renderInWorker(folder, options);
    manifest = await readManifest(folder);
  }
  if (manifest === null) throw new UnavailableError(`${folder}: the drawn emoji cannot be read back`);
  return new EmojiDataset(manifest, await open(join(folder, PIXELS_FILE), 'r'));
}

/** Whether the emoji are drawn already. */
export async function isEmojiAtHand(options: Pick<OpenDatasetOptions, 'cacheFolder'>): Promise<boolean> {
  return (await readManifest(await emojiFolder(options.cacheFolder))) !== null;
}

class EmojiDataset implements ImageDataset {
  readonly name = 'emoji';
  readonly kind = 'emoji';
  readonly imageSize = { width: EMOJI_SIDE, height: EMOJI_SIDE };
  readonly failures = [];
  readonly size: number;
  readonly fingerprint: string;
  readonly label: CategoricalColumn;
  readonly columns: readonly CategoricalColumn[];

  constructor(
    private readonly manifest: EmojiManifest,
    private readonly pixels: FileHandle,
  ) {
    this.size = manifest.count;
    this.fingerprint = manifest.fingerprint;
    const { groups, subgroups } = manifest;
    this.label = { name: 'group', names: groups.names, codes: Int32Array.from(groups.codes) };
    this.columns = [{ name: 'subgroup', names: subgroups.names, codes: Int32Array.from(subgroups.codes) }];
  }

  imageName(index: number): string {
    requireImageIndex(this, index);
    return this.manifest.names[index];
  }

  async readPixels(index: number): Promise<RgbImage> {
    requireImageIndex(this, index);
    const data = new Uint8Array(EMOJI_BYTES);
    const { bytesRead } = await this.pixels.read(data, 0, EMOJI_BYTES, index * EMOJI_BYTES);
    if (bytesRead !== EMOJI_BYTES) throw new UnavailableError('the cache of drawn emoji became shorter while in use');
    return { width: EMOJI_SIDE, height: EMOJI_SIDE, data };
  }

  async close(): Promise<void> {
    await this.pixels.close();
  }
}

async function emojiFolder(cacheFolder: string): Promise<string> {
  return join(cacheFolder, 'emoji', `${await emojiSourceVersions()}-${EMOJI_SIDE}px`);
}

async function readManifest(folder: string): Promise<EmojiManifest | null> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')) as EmojiManifest;
    const { size } = await stat(join(folder, PIXELS_FILE));
    return size === manifest.count * EMOJI_BYTES ? manifest : null;
  } catch {
    // Not there, or damaged: drawn anew.
    return null;
  }
}

async function renderInWorker(folder: string, { signal, onProgress }: EmojiOptions): Promise<void> {
  throwIfInterrupted(signal);
  const worker = new Worker(workerUrl(import.meta.url, 'emojiRender.worker'), { workerData: { folder } });
  const stop = (): void => void worker.terminate();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: EmojiRenderMessage) => {
        if (message.kind === 'progress') onProgress?.('render', message);
        else if (message.kind === 'done') resolve();
        else reject(new UnavailableError(`the emoji cannot be drawn: ${message.message}`));
      });
      worker.on('error', (error) => {
        reject(new UnavailableError(`the emoji cannot be drawn: ${error.message}`, { cause: error }));
      });
      worker.on('exit', () => {
        reject(new InterruptedError('stopped before the emoji were drawn'));
      });
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
