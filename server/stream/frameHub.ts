import { BadInputError } from '../errors.ts';
import type { IterationStatistics, Run } from '../storage/run.ts';
import { DeliveryTurns } from './deliveryTurns.ts';
import { FrameEncoder } from './encodeFrame.ts';
import type { EncodedFrame, FrameEncoding, LayoutFrame } from './frame.ts';
import { RunWatcher, type DeliveryCounter, type RunNews, type WatchOptions } from './runWatcher.ts';

const MAX_FRAMES_PER_SECOND = 60;

/**
 * Where the news of a run come from: its work in this process, or the store, where another process may leave them.
 * Before either has told anything, nothing is known.
 */
type Source = 'here' | 'store' | 'none';

/** What is known of a run that works or is watched now. A channel that does neither is dropped. */
interface Channel {
  source: Source;
  run: Run | null;
  frame: LayoutFrame | null;
  readonly statistics: IterationStatistics[];
  readonly watchers: Set<RunWatcher>;
}

/** Passes what runs tell to those who watch them: to each the newest, in its own time. */
export class FrameHub {
  readonly counter: DeliveryCounter = { sent: 0, skipped: 0 };
  readonly #channels = new Map<string, Channel>();
  readonly #encoder = new FrameEncoder();
  readonly #turns = new DeliveryTurns();

  /** Begins to tell of a run. `statistics` are those of the iterations that were done before. */
  open(run: Run, statistics: readonly IterationStatistics[] = []): void {
    const channel = this.#channel(run.id);
    channel.source = 'here';
    channel.statistics.length = 0;
    channel.statistics.push(...statistics);
    this.publish(run.id, { run, statistics });
  }

  /** The first news of a run that does not work here. It does nothing when more is known already. */
  seed(runId: string, news: RunNews): void {
    const channel = this.#channels.get(runId);
    if (channel?.source !== 'none') return;
    channel.source = 'store';
    this.publish(runId, news);
  }

  /** Tells of a change. It does nothing when the run neither works here nor is watched. */
  publish(runId: string, news: RunNews): void {
    const channel = this.#channels.get(runId);
    if (channel === undefined) return;
    if (news.run !== undefined) channel.run = news.run;
    if (news.frame !== undefined && news.frame.iteration >= (channel.frame?.iteration ?? 0)) channel.frame = news.frame;
    if (news.statistics !== undefined && channel.source !== 'none') appendNewer(channel.statistics, news.statistics);
    for (const watcher of channel.watchers) watcher.offer(news);
  }

  /** The run stopped working here. With `final`, its watchers get the last update and are done. */
  close(runId: string, options: { readonly final: boolean }): void {
    const channel = this.#channels.get(runId);
    if (channel === undefined) return;
    // Those who watch on learn from the store how another process goes on.
    channel.source = 'store';
    if (options.final) for (const watcher of [...channel.watchers]) watcher.end();
    if (options.final || channel.watchers.size === 0) this.#channels.delete(runId);
  }

  /**
   * A new watcher, which at once has what the hub knows; `seed` what it does not. Closing the iterator frees it.
   * @throws BadInputError when `maxFramesPerSecond` is not between 1 and 60.
   */
  watch(runId: string, options: WatchOptions): RunWatcher {
    const { maxFramesPerSecond } = options;
    if (!(maxFramesPerSecond >= 1 && maxFramesPerSecond <= MAX_FRAMES_PER_SECOND)) {
      throw new BadInputError(
        `maxFramesPerSecond: ${maxFramesPerSecond} is not between 1 and ${MAX_FRAMES_PER_SECOND}`,
      );
    }
    const channel = this.#channel(runId);
    const onClose = () => this.#leave(runId, channel, watcher);
    const watcher = new RunWatcher(options, { counter: this.counter, turns: this.#turns, onClose });
    channel.watchers.add(watcher);
    const { run, frame, statistics } = channel;
    if (run !== null) watcher.offer({ run, frame: frame ?? undefined, statistics });
    return watcher;
  }

  /** The newest that a run working here has told; null for any other. */
  latest(runId: string): { run: Run; frame: LayoutFrame | null; statistics: readonly IterationStatistics[] } | null {
    const channel = this.#channels.get(runId);
    return channel?.source === 'here' && channel.run ? { ...channel, run: channel.run } : null;
  }

  /** What watchers here know of a run that works elsewhere or waits: null when nobody watches it, or it works here. */
  watchedFromStore(runId: string): { readonly lastIteration: number; readonly known: boolean } | null {
    const channel = this.#channels.get(runId);
    if (channel === undefined || channel.source === 'here' || channel.watchers.size === 0) return null;
    return { known: channel.source === 'store', lastIteration: channel.statistics.at(-1)?.iteration ?? 0 };
  }

  get runsWatchedFromStore(): string[] {
    return [...this.#channels.keys()].filter((runId) => this.watchedFromStore(runId) !== null);
  }

  encode(frame: LayoutFrame, encoding: FrameEncoding): EncodedFrame {
    return this.#encoder.encode(frame, encoding);
  }

  /** The bytes of coordinates that were encoded a moment ago, for all sockets the same; undefined for any other text. */
  bytesOf(coordinates: string): Uint8Array | undefined {
    return this.#encoder.bytesOf(coordinates);
  }

  get watcherCount(): number {
    return [...this.#channels.values()].reduce((sum, { watchers }) => sum + watchers.size, 0);
  }

  #channel(runId: string): Channel {
    let channel = this.#channels.get(runId);
    if (channel === undefined) {
      channel = { source: 'none', run: null, frame: null, statistics: [], watchers: new Set() };
      this.#channels.set(runId, channel);
    }
    return channel;
  }

  #leave(runId: string, channel: Channel, watcher: RunWatcher): void {
    channel.watchers.delete(watcher);
    const current = this.#channels.get(runId) === channel;
    if (current && channel.source !== 'here' && channel.watchers.size === 0) this.#channels.delete(runId);
  }
}

function appendNewer(list: IterationStatistics[], added: readonly IterationStatistics[]): void {
  for (const figures of added) if (figures.iteration > (list.at(-1)?.iteration ?? 0)) list.push(figures);
}
