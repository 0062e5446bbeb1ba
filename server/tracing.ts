import { context, propagation, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';
import { messageOf } from './errors.ts';

const tracer = trace.getTracer('circle-limit');

/** What is traced while a process runs; without an endpoint nothing is, and nothing is loaded for it. */
export interface Tracing {
  /** Sends what is still to be sent. */
  close(): Promise<void>;
}

/**
 * Sends traces to an OpenTelemetry collector by OTLP over HTTP. The SDK is loaded only here, since it takes a third of a
 * second; headers and the like are its own settings (`OTEL_EXPORTER_OTLP_HEADERS`, …).
 * @param endpoint the collector's address, such as http://localhost:4318; undefined traces nothing.
 */
export async function startTracing(endpoint: string | undefined, version: string): Promise<Tracing> {
  if (endpoint === undefined) return { close: () => Promise.resolve() };
  const [{ BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'circle-limit', 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  return {
    close: async () => {
      // A collector that is away must not keep a server from ending in good order.
      await provider.shutdown().catch(() => undefined);
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

/** Does `work` within a span; the spans that begin meanwhile are its children. */
export function traced<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Writes down a span that has just ended. */
export function recordSpan(name: string, attributes: Attributes, seconds: number): void {
  const endTime = Date.now();
  tracer.startSpan(name, { attributes, startTime: endTime - 1000 * seconds }).end(endTime);
}

/**
 * Does `work` within the span of a request, which belongs to the trace that the request's headers name.
 * @param ended calls back with the status of the answer once it was sent.
 */
export function traceRequest(
  request: { readonly name: string; readonly headers: object; readonly attributes: Attributes },
  ended: (listener: (status: number) => void) => void,
  work: () => void,
): void {
  const { name, headers, attributes } = request;
  const parent = propagation.extract(context.active(), headers);
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
  ended((status) => {
    span.setAttribute('http.response.status_code', status);
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  context.with(trace.setSpan(parent, span), work);
}

/** The id of the trace that is being recorded, for the log; undefined when there is none. */
export function currentTraceId(): string | undefined {
  return trace.getActiveSpan()?.spanContext().traceId;
}
