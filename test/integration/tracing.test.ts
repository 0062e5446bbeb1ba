import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeImageFolder } from '../support/imageFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startRun, TestServer, watchUntil } from '../support/testServer.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { readonly key: string; readonly value: object }[] };
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

/** What an OpenTelemetry collector is sent: OTLP over HTTP, as JSON. */
let collector: Server;
const exports: Export[] = [];

beforeAll(async () => {
  collector = createServer((request, response) => {
    expect(request.url).toBe('/v1/traces');
    void json(request).then((body) => {
      exports.push(body as Export);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
});
afterAll(() => collector.close());

it('A server with OTEL_EXPORTER_OTLP_ENDPOINT sends requests, operations and the stages of runs to a collector', async () => {
  const folder = await temporaryFolder();
  const dataset = await makeImageFolder(join(folder, 'images'), 10);
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const server = await TestServer.start(
    join(folder, 'home'),
    { firstRun: false },
    { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  );
  await server.running.ready;
  const trace = '0af7651916cd43dd8448eb211c80319c';
  await server.ask('{ runs { totalCount } }', {}, { traceparent: `00-${trace}-b7ad6b7169203331-01` });
  const secret = 'S'.repeat(43);
  await fetch(`${server.url}/s/${secret}?t=${secret}`);
  const id = await startRun(server, { dataset, model: 'nano', iterations: 20, perplexity: 5 });
  await watchUntil(server, id);
  // Closing sends what is left.
  await server.close();

  const spans = exports
    .flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
    .flatMap(({ spans }) => spans);
  const [{ resource }] = exports[0].resourceSpans;
  expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'circle-limit' } });
  expect(spans.map(({ name }) => name)).toContain('GET /s');
  expect(JSON.stringify(exports)).not.toContain(secret);
  const named = (name: string): Span => spans.find((span) => span.name === name)!;
  const asked = named('query runs');
  expect(asked.traceId).toBe(trace);
  expect(spans.find(({ spanId }) => spanId === asked.parentSpanId)).toMatchObject({
    name: 'POST /graphql',
    traceId: trace,
    parentSpanId: 'b7ad6b7169203331',
  });
  expect(named('subscription runProgress')).toBeDefined();
  const run = named('run');
  expect(run.attributes).toContainEqual({ key: 'run.id', value: { stringValue: id } });
  for (const stage of ['extraction', 'neighbors', 'optimization', 'quality']) {
    expect(named(stage), stage).toMatchObject({ traceId: run.traceId, parentSpanId: run.spanId });
    expect(BigInt(named(stage).endTimeUnixNano)).toBeGreaterThan(BigInt(named(stage).startTimeUnixNano));
  }
}, 60_000);
