import type { Config } from './config.ts';
import { createLogger } from './logging.ts';
import { openServices } from './services.ts';
import { FrameHub } from './stream/frameHub.ts';
import { startTracing } from './tracing.ts';
import { version } from './version.ts';

/**
 * Works on the runs of a database that other processes share, without a page of its own.
 * @throws UnavailableError when the database cannot be reached.
 */
export async function startWorker(config: Config, concurrency: number): Promise<{ close(): Promise<void> }> {
  const tracing = await startTracing(config.traceEndpoint, version);
  const opened = await openServices(config, {
    log: createLogger(config.logLevel),
    hub: new FrameHub(),
    counter: { imagesEmbedded: 0, iterationsDone: 0, imagesPerSecond: 0 },
    notices: [],
  });
  try {
    await opened.services.runs.open(concurrency);
  } catch (error) {
    await opened.close();
    throw error;
  }
  return {
    close: async () => {
      await opened.close();
      await tracing.close();
    },
  };
}
