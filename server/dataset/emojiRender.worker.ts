import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { renderEmoji } from './emojiRender.ts';

/** What the worker says; after `done` or `failed` it ends. */
export type EmojiRenderMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

const say = (message: EmojiRenderMessage): void => parentPort?.postMessage(message);
const { folder } = workerData as { readonly folder: string };
try {
  await renderEmoji(folder, (done, total) => {
    say({ kind: 'progress', done, total });
  });
  say({ kind: 'done' });
} catch (error) {
  say({ kind: 'failed', message: messageOf(error) });
}
