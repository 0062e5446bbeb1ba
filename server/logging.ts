import { AsyncLocalStorage } from 'node:async_hooks';
import { pino, type Logger } from 'pino';
import { currentTraceId } from './tracing.ts';

export type { Logger };

const requests = new AsyncLocalStorage<string>();

/** Does `work` as part of a request: its id is in every line that is logged meanwhile. */
export function withRequestId<T>(id: string, work: () => T): T {
  return requests.run(id, work);
}

/** The id of the request that is being answered, or undefined. */
export function currentRequestId(): string | undefined {
  return requests.getStore();
}

/** The process's logger: JSON lines on stderr, so that stdout stays free for results. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: undefined,
      mixin: () => {
        const requestId = currentRequestId();
        const traceId = currentTraceId();
        return { ...(requestId === undefined ? {} : { requestId }), ...(traceId === undefined ? {} : { traceId }) };
      },
      redact: { paths: ['*.authorization', '*.cookie', '*.token', '*.password'], censor: '[hidden]' },
    },
    pino.destination(2),
  );
}
