import { WebSocket } from 'ws';
import { endWithBench, sharedClock, type WatchersReport, type WatchersTask } from './protocol.ts';

// The process that watches: `watchers.ts JSON`, where the JSON is a `WatchersTask`. It says when all watch, then answers
// every message with a report. So that one core is enough to receive what many machines would, it reads of a message only
// what stands before the coordinates.

/** Watchers that connect at once. */
const ARRIVALS = 50;
const QUERY = `subscription ($id: ID!) {
  runProgress(runId: $id) { statsSince { iteration } stats { iteration loss } frame { iteration coordinates } }
}`;

const task = JSON.parse(process.argv[2]) as WatchersTask;
let latencies: number[] = [];
let bytes = 0;
let statisticsOutOfOrder = 0;
let since = sharedClock();

class Watcher {
  frames = 0;
  #lastFrame = -1;
  #lastStatistic: number | null = null;

  /** Resolves with the first message that has a frame. */
  watch(): Promise<void> {
    const socket = new WebSocket(`${task.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      skipUTF8Validation: true,
    });
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send('{"type":"connection_init"}'));
      socket.on('message', (data: Buffer) => {
        if (this.#receive(data)) resolve();
        else if (data.includes('connection_ack')) {
          const payload = { query: QUERY, variables: { id: task.runId } };
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
        } else if (data.includes('"errors"')) reject(new Error(data.toString()));
      });
    });
  }

  #receive(data: Buffer): boolean {
    const now = sharedClock();
    const end = data.indexOf('"coordinates"');
    if (end === -1) return false;
    bytes += data.length;
    const head = data.toString('latin1', 0, end);
    this.#checkStatistics(head);
    const [, iteration, time] = /"stats":\{"iteration":(\d+),"loss":([\d.e+]+)\}/.exec(head) ?? [];
    const frame = Number(/"frame":\{"iteration":(\d+)/.exec(head)?.[1]);
    if (frame === this.#lastFrame) return true;
    this.#lastFrame = frame;
    this.frames++;
    if (frame === Number(iteration)) latencies.push(now - Number(time));
    return true;
  }

  /** Every figure arrives once, also when frames are left out. The plain sender makes no such promise. */
  #checkStatistics(head: string): void {
    if (task.contender !== 'Circle Limit') return;
    const list = head.slice(0, head.indexOf('"stats":'));
    for (const [, number] of list.matchAll(/"iteration":(\d+)/g)) {
      const iteration = Number(number);
      if (this.#lastStatistic !== null && iteration !== this.#lastStatistic + 1) statisticsOutOfOrder++;
      this.#lastStatistic = iteration;
    }
  }
}

const watchers = Array.from({ length: task.watchers }, () => new Watcher());
// A few at a time: one after the other would take minutes, since the first of them are served meanwhile.
for (let first = 0; first < watchers.length; first += ARRIVALS) {
  await Promise.all(watchers.slice(first, first + ARRIVALS).map((watcher) => watcher.watch()));
}
endWithBench();
process.on('message', () => {
  const now = sharedClock();
  const report: WatchersReport = {
    seconds: (now - since) / 1000,
    framesOfEach: watchers.map(({ frames }) => frames).sort((a, b) => a - b),
    latencies,
    statisticsOutOfOrder,
    megabytes: bytes / 1e6,
  };
  for (const watcher of watchers) watcher.frames = 0;
  latencies = [];
  bytes = 0;
  statisticsOutOfOrder = 0;
  since = now;
  process.send?.(report);
});
process.send?.('all watch');
