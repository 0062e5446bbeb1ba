import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { OperationObserver } from '../graphql/rootField.ts';
import { recordSpan } from '../tracing.ts';

/** What the server counts; read whenever somebody asks for the metrics. */
export interface MetricSources {
  readonly framesSent: () => number;
  readonly framesSkipped: () => number;
  readonly watchers: () => number;
  readonly imagesEmbedded: () => number;
  readonly imagesPerSecond: () => number;
  readonly iterationsDone: () => number;
  /** Jobs of every queue by state; empty while the store is not open. */
  readonly jobs: () => Promise<readonly { readonly queue: string; readonly state: string; readonly count: number }[]>;
}

/** How long operations of the API take, by the first field that they ask for: in the metrics, and in a trace. */
export function createOperationObserver(registry: Registry): OperationObserver {
  const histogram = new Histogram({
    name: 'circle_limit_graphql_seconds',
    help: 'Seconds from an operation of the API to its answer, or until a subscription has begun.',
    labelNames: ['kind', 'operation'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60],
    registers: [registry],
  });
  return (kind, operation, seconds) => {
    histogram.observe({ kind, operation }, seconds);
    recordSpan(`${kind} ${operation}`, { 'graphql.operation.type': kind, 'graphql.field': operation }, seconds);
  };
}

/** Node's own metrics and ours, in the format of Prometheus. */
export function createMetrics(sources: MetricSources): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const count = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  const show = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  count('circle_limit_frames_sent_total', 'Layouts handed to watchers.', sources.framesSent);
  count('circle_limit_frames_dropped_total', 'Layouts that a slow watcher skipped.', sources.framesSkipped);
  count('circle_limit_images_embedded_total', 'Images embedded.', sources.imagesEmbedded);
  count('circle_limit_iterations_total', 'Iterations of optimization done.', sources.iterationsDone);
  show('circle_limit_watchers', 'Subscriptions to a run.', sources.watchers);
  show(
    'circle_limit_images_per_second',
    'Speed of the extraction under way; 0 when there is none.',
    sources.imagesPerSecond,
  );
  new Gauge({
    name: 'circle_limit_jobs',
    help: 'Jobs that wait or are under way, at all processes on the same database.',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { queue, state, count } of await sources.jobs()) this.set({ queue, state }, count);
    },
  });
  return registry;
}
