import { join } from 'node:path';
import type { Config } from '../config.ts';
import { isCifar10AtHand } from './cifar10Source.ts';
import { isEmojiAtHand } from './emoji.ts';

/** A data set that can be opened by name. */
export interface DatasetSource {
  readonly name: string;
  readonly imageCount: number;
  readonly description: string;
  /** Whether it opens without a download or rendering. */
  readonly available: boolean;
}

/** Emoji that Noto draws and Unicode groups, without skin tones (@iconify-json/noto 1.2.9, emojibase-data 17.0.0). */
const EMOJI_COUNT = 1652;

/** The named data sets, and which of them are here. */
export async function listDatasetSources({
  home,
  cifar10Dir,
}: Pick<Config, 'home' | 'cifar10Dir'>): Promise<DatasetSource[]> {
  const options = { cacheFolder: join(home, 'datasets'), cifar10Dir };
  const cifar10 = await isCifar10AtHand(options);
  const photographs = '32 × 32 photographs in 10 classes';
  return [
    { name: 'cifar10', imageCount: 60_000, description: photographs, available: cifar10 },
    { name: 'cifar10/train', imageCount: 50_000, description: `${photographs}, for training`, available: cifar10 },
    { name: 'cifar10/test', imageCount: 10_000, description: `${photographs}, for testing`, available: cifar10 },
    {
      name: 'emoji',
      imageCount: EMOJI_COUNT,
      description: 'drawings in 9 groups and 96 subgroups; needs no network',
      available: await isEmojiAtHand(options),
    },
  ];
}
