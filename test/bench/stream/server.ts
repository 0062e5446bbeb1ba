import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { WebSocketServer } from 'ws';
import { readConfig } from '../../../server/config.ts';
import { Random } from '../../../server/geometry/random.ts';
import { startServer } from '../../../server/main.ts';
import { openStore } from '../../../server/storage/openStore.ts';
import { DEFAULT_PROJECTION_PARAMETERS, type Run } from '../../../server/storage/run.ts';
import { encodeCoordinates } from '../../../server/stream/encodeFrame.ts';
import { FrameHub } from '../../../server/stream/frameHub.ts';
import { endWithBench, POINTS, type Contender, type ServerReport, type ServerStarted } from './protocol.ts';

// The process that sends: `server.ts CONTENDER HOME`. Tells where it listens, then answers every message with a report.

/** A step of the optimizer, which is in the shared positions. */
interface Step {
  readonly iteration: number;
  /** By the shared clock; it travels in place of the loss. */
  readonly time: number;
}

type Sender = (step: Step, positions: Float64Array) => void;

const [contender, home] = process.argv.slice(2) as [Contender, string];
const positions = new Float64Array(new SharedArrayBuffer(16 * POINTS));
fillDisk(positions);
const { started, send } = contender === 'Circle Limit' ? await startProduct(home) : await startPlain();
const turns = monitorEventLoopDelay({ resolution: 5 });
turns.enable();
let steps = 0;
let cpu = process.cpuUsage();
const asked = new Int32Array(new SharedArrayBuffer(4));
const workerData = { layout: positions.buffer, asked: asked.buffer };
const optimizer = new Worker(new URL('./optimizer.worker.ts', import.meta.url), { workerData });
optimizer.on('message', (step: Step) => {
  steps++;
  // As the engine hands its positions out: a copy that nobody changes any more.
  send(step, Float64Array.from(positions));
  askForStep();
});
askForStep();
endWithBench();
process.on('message', () => {
  const used = process.cpuUsage(cpu);
  const report: ServerReport = {
    steps,
    cpuSeconds: (used.user + used.system) / 1e6,
    memoryMegabytes: Math.round(process.memoryUsage.rss() / 2 ** 20),
    longestTurnMilliseconds: Math.round(turns.max / 1e6),
  };
  cpu = process.cpuUsage();
  steps = 0;
  turns.reset();
  process.send?.(report);
});
process.send?.(started satisfies ServerStarted);

function askForStep(): void {
  Atomics.add(asked, 0, 1);
  Atomics.notify(asked, 0);
}

/** The server as people start it, whose hub is told of a run that somebody else works on: us. */
async function startProduct(folder: string): Promise<{ started: ServerStarted; send: Sender }> {
  const run = await storeRun(folder);
  const hub = new FrameHub();
  const config = readConfig({ PORT: '0', CIRCLE_LIMIT_HOME: folder, LOG_LEVEL: 'error' });
  const server = await startServer(config, { firstRun: false, concurrency: 0, hub });
  await server.ready;
  hub.open(run);
  return {
    started: { url: server.url, runId: run.id },
    send: ({ iteration, time }, layout) =>
      hub.publish(run.id, {
        run: { ...run, iteration },
        frame: { runId: run.id, iteration, positions: layout },
        statistics: [{ iteration, loss: time, gradientNorm: 0, curvatureScale: 1, exaggeration: 1 }],
      }),
  };
}

async function storeRun(folder: string): Promise<Run> {
  const store = await openStore({ databaseUrl: undefined, home: folder });
  const { id } = await store.runs.createRun({
    name: 'bench',
    request: { datasetName: null, modelName: null, limit: null, pooling: 'none', resolution: null },
    parameters: { ...DEFAULT_PROJECTION_PARAMETERS, iterations: 1_000_000 },
    embeddingSetId: null,
  });
  const run = await store.runs.updateRun(id, { status: 'OPTIMIZING', pointCount: POINTS });
  await store.close();
  return run;
}

/** What the sockets alone can do: one text a frame for all watchers, no API, no rates, none is skipped but the slow. */
async function startPlain(): Promise<{ started: ServerStarted; send: Sender }> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'graphql-transport-ws' });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    started: { url: `http://127.0.0.1:${port}`, runId: 'run' },
    send: ({ iteration, time }, layout) => {
      const coordinates = encodeCoordinates(layout, 'INT16');
      const statsSince = [{ iteration }];
      const runProgress = { statsSince, stats: { iteration, loss: time }, frame: { iteration, coordinates } };
      const text = Buffer.from(JSON.stringify({ id: '1', type: 'next', payload: { data: { runProgress } } }));
      for (const socket of sockets.clients) if (socket.bufferedAmount === 0) socket.send(text, { binary: false });
    },
  };
}

function fillDisk(layout: Float64Array): void {
  const random = new Random(1);
  for (let i = 0; i < layout.length; i += 2) {
    const radius = Math.tanh(2 * Math.sqrt(random.uniform()));
    const angle = 2 * Math.PI * random.uniform();
    layout[i] = radius * Math.cos(angle);
    layout[i + 1] = radius * Math.sin(angle);
  }
}
