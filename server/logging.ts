import { pino, type Logger } from 'pino';

export type { Logger };

/** The process's logger: JSON lines on stderr, so that stdout stays free for results. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: undefined,
      redact: { paths: ['*.authorization', '*.cookie', '*.token', '*.password'], censor: '[hidden]' },
    },
    pino.destination(2),
  );
}
