import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { withEngine } from '../../../server/jobs/engineLock.ts';
import { exclusivelyHere } from '../../../server/storage/database/exclusive.ts';

/** Work that says when it begins and ends when it is told to. */
function work(name: string, log: string[]) {
  const events = new EventEmitter();
  const begun = once(events, 'begun');
  const told = once(events, 'end');
  const start = async (): Promise<string> => {
    log.push(`${name} begins`);
    events.emit('begun');
    await told;
    log.push(`${name} ends`);
    return name;
  };
  return { start, end: () => events.emit('end'), begun };
}

describe('Work on a GPU', () => {
  const never = new AbortController().signal;

  it('of one kind takes turns, while other kinds and the CPU do not wait', async () => {
    const parts = { store: { exclusively: exclusivelyHere() }, signal: never };
    const log: string[] = [];
    const [first, second, extraction, onCpu] = ['first', 'second', 'extraction', 'cpu'].map((name) => work(name, log));
    const all = [
      withEngine('projection', 'webgpu', parts, first.start),
      withEngine('projection', 'webgpu', parts, second.start),
      withEngine('extraction', 'webgpu', parts, extraction.start),
      withEngine('projection', 'wasm', parts, onCpu.start),
    ];
    await Promise.all([first.begun, extraction.begun, onCpu.begun]);
    expect(log).not.toContain('second begins');
    first.end();
    await second.begun;
    expect(log.indexOf('first ends')).toBeLessThan(log.indexOf('second begins'));
    for (const { end } of [second, extraction, onCpu]) end();
    expect(await Promise.all(all)).toEqual(['first', 'second', 'extraction', 'cpu']);
  });

  it('that is stopped while it waits ends at once, and lets nobody in early', async () => {
    const store = { exclusively: exclusivelyHere() };
    const stop = new AbortController();
    const log: string[] = [];
    const [first, stopped, third] = ['first', 'stopped', 'third'].map((name) => work(name, log));
    const running = withEngine('projection', 'webgpu', { store, signal: never }, first.start);
    const waiting = withEngine('projection', 'webgpu', { store, signal: stop.signal }, stopped.start);
    const last = withEngine('projection', 'webgpu', { store, signal: never }, third.start);
    await first.begun;
    stop.abort(new Error('paused'));
    await expect(waiting).rejects.toThrow('paused');
    expect(log).toEqual(['first begins']);
    first.end();
    third.end();
    await Promise.all([running, last]);
    expect(log).toEqual(['first begins', 'first ends', 'third begins', 'third ends']);
  });
});
