import { BadInputError } from '../errors.ts';
import type { IterationStatistics, Run } from '../storage/run.ts';
import { FrameEncoder } from './encodeFrame.ts';
import type { EncodedFrame, FrameEncoding, LayoutFrame } from './frame.ts';
import { RunWatcher, type DeliveryCounter, type RunNews } from './runWatcher.ts';

const MAX_FRAMES_PER_SECOND = 60;

/** What is known of a run that works or is watched now. */
interface Channel {
  /** True while the run works in this process; a channel that is neither live nor watched is dropped. */
  live: boolean;
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

  /** Begins to tell of a run. `statistics` are those of the iterations that were done before. */
  open(run: Run, statistics: readonly IterationStatistics[] = []): void {
    const channel = this.#channel(run.id);
    channel.live = true;
    channel.statistics.length = 0;
    channel.statistics.push(...statistics);
    this.publish(run.id, { run, statistics });
  }

  /** Tells of a change. It does nothing when the run neither works here nor is watched. */
  publish(runId: string, news: RunNews): void {
    const channel = this.#channels.get(runId);
    if (channel === undefined) return;
    if (news.run !== undefined) channel.run = news.run;
    if (news.frame !== undefined) channel.frame = news.frame;
    if (news.statistics !== undefined && channel.live) appendNewer(channel.statistics, news.statistics);
    for (const watcher of channel.watchers) watcher.offer(news);
  }

  /** The run stopped working here. With `final`, its watchers get the last update and are done. */
  close(runId: string, options: { readonly final: boolean }): void {
    const channel = this.#channels.get(runId);
    if (channel === undefined) return;
    channel.live = false;
    if (options.final) for (const watcher of [...channel.watchers]) watcher.end();
    if (options.final || channel.watchers.size === 0) this.#channels.delete(runId);
  }

  /**
   * A new watcher, which at once has what the hub knows. Seed it with `offer` from the store where the hub knows
   * nothing; closing the iterator frees it.
   * @throws BadInputError when `maxFramesPerSecond` is not between 1 and 60.
   */
  watch(runId: string, options: { readonly maxFramesPerSecond: number }): RunWatcher {
    const { maxFramesPerSecond } = options;
    if (!(maxFramesPerSecond >= 1 && maxFramesPerSecond <= MAX_FRAMES_PER_SECOND)) {
      throw new BadInputError(
        `maxFramesPerSecond: ${maxFramesPerSecond} is not between 1 and ${MAX_FRAMES_PER_SECOND}`,
      );
    }
    const channel = this.#channel(runId);
    const watcher = new RunWatcher(maxFramesPerSecond, this.counter, () => this.#leave(runId, channel, watcher));
    channel.watchers.add(watcher);
    const { run, frame, statistics } = channel;
    if (run !== null) watcher.offer({ run, frame: frame ?? undefined, statistics });
    return watcher;
  }

  /** The newest that a run working here has told; null for any other. */
  latest(runId: string): { run: Run; frame: LayoutFrame | null; statistics: readonly IterationStatistics[] } | null {
    const channel = this.#channels.get(runId);
    return channel?.live && channel.run ? { ...channel, run: channel.run } : null;
  }

  encode(frame: LayoutFrame, encoding: FrameEncoding): EncodedFrame {
    return this.#encoder.encode(frame, encoding);
  }

  get watcherCount(): number {
    return [...this.#channels.values()].reduce((sum, { watchers }) => sum + watchers.size, 0);
  }

  #channel(runId: string): Channel {
    let channel = this.#channels.get(runId);
    if (channel === undefined) {
      channel = { live: false, run: null, frame: null, statistics: [], watchers: new Set() };
      this.#channels.set(runId, channel);
    }
    return channel;
  }

  #leave(runId: string, channel: Channel, watcher: RunWatcher): void {
    channel.watchers.delete(watcher);
    const current = this.#channels.get(runId) === channel;
    if (current && !channel.live && channel.watchers.size === 0) this.#channels.delete(runId);
  }
}

function appendNewer(list: IterationStatistics[], added: readonly IterationStatistics[]): void {
  for (const figures of added) if (figures.iteration > (list.at(-1)?.iteration ?? 0)) list.push(figures);
}
