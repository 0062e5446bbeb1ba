import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import { UnauthenticatedError } from './errors.ts';
import type { Credentials } from './access/access.ts';
import type { Config } from './config.ts';
import { AppError, messageOf, UnavailableError } from './errors.ts';
import { startFirstRun } from './firstRun.ts';
import { createApiServer } from './graphql/apiServer.ts';
import { buildApiSchema } from './graphql/buildSchema.ts';
import type { GraphQLContext } from './graphql/context.ts';
import { prepareFirstVisit } from './graphql/firstVisit.ts';
import { createSocketServer } from './graphql/socketServer.ts';
import { createHttpApp, type Readiness } from './http/app.ts';
import { acceptSockets, listen } from './http/listen.ts';
import { createMetrics, createOperationObserver } from './http/metrics.ts';
import type { WorkCounter } from './jobs/runParts.ts';
import { createLogger, type Logger } from './logging.ts';
import { distFile } from './paths.ts';
import { openServices, type OpenServices } from './services.ts';
import { FrameHub } from './stream/frameHub.ts';
import { startTracing } from './tracing.ts';
import { version } from './version.ts';

/** A database that takes longer to answer is not ready. */
const READINESS_MILLISECONDS = 2000;

export interface ServerOptions {
  /** Told plain lines that a person should see, such as what could not be downloaded. */
  readonly onNotice?: ((line: string) => void) | undefined;
  /** Told the link with which the first person makes a login, where one is asked for and nobody has one. */
  readonly onSetupLink?: ((address: string) => void) | undefined;
  /** Starts a first run in a store that has none; default true. */
  readonly firstRun?: boolean | undefined;
  /** Runs that work at the same time; default 1. */
  readonly concurrency?: number | undefined;
  /** Where runs tell of themselves; default one of its own. */
  readonly hub?: FrameHub | undefined;
}

export interface RunningServer {
  /** The address of the page, such as http://127.0.0.1:4000. */
  readonly url: string;
  /** Resolves when the store is open and runs work; rejects when the store cannot be opened. */
  readonly ready: Promise<void>;
  /** Stops the work where it is, so that the next start goes on from there, and frees everything. */
  close(): Promise<void>;
}

/**
 * Starts the whole product. It resolves as soon as the page is there; the store opens meanwhile, and until it is open
 * the API answers UNAVAILABLE.
 * @throws ConflictError when the port is in use, BadInputError when the host is no address of this machine.
 */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const log = createLogger(config.logLevel);
  const tracing = await startTracing(config.traceEndpoint, version);
  const backend = new Backend(config, options, log);
  const schema = await buildApiSchema();
  const httpServer = createServer();
  const metrics = createMetrics(backend.metricSources);
  const observe = createOperationObserver(metrics);
  const api = createApiServer(schema, httpServer, log, observe);
  await api.start();
  const sockets = createSocketServer(schema, backend.createContext, log, { observe, sharedBytes: backend.sharedBytes });
  const origins = { loginRequired: config.authRequired, publicUrl: config.publicUrl };
  const app = createHttpApp({
    api,
    services: () => backend.opened.services,
    images: () => backend.opened.images,
    createContext: backend.createContext,
    origins,
    embedOrigins: config.embedOrigins,
    readiness: () => backend.readiness(),
    metrics,
    clientFolder: distFile('client'),
    docsFolder: distFile('docs'),
    log,
  });
  httpServer.on('request', app);
  acceptSockets(httpServer, sockets, origins);
  const url = await listen(httpServer, config.host, config.port);
  backend.open(config.publicUrl ?? url);
  return {
    url,
    ready: backend.ready,
    close: async () => {
      // Runs first: their watchers still learn of the last state.
      await backend.close();
      await sockets.close();
      await api.stop();
      await stopListening(httpServer);
      await tracing.close();
    },
  };
}

/** The store and the services over it, which open after the page is up. */
class Backend {
  readonly #config: Config;
  readonly #options: ServerOptions;
  readonly #log: Logger;
  readonly #hub: FrameHub;
  readonly #counter: WorkCounter = { imagesEmbedded: 0, iterationsDone: 0, imagesPerSecond: 0 };
  readonly #notices: string[] = [];
  #opened: OpenServices | null = null;
  #failure: unknown = null;
  #closing = false;
  ready: Promise<void> = Promise.resolve();

  constructor(config: Config, options: ServerOptions, log: Logger) {
    this.#config = config;
    this.#options = options;
    this.#hub = options.hub ?? new FrameHub();
    this.#log = log;
  }

  open(address: string): void {
    this.ready = this.#open(address);
    this.ready.catch((error: unknown) => {
      this.#failure = error;
      this.#log.error({ err: error }, 'the store could not be opened');
    });
  }

  async readiness(): Promise<Readiness> {
    if (this.#opened === null || this.#closing) return 'starting';
    const { sql } = this.#opened.services.store;
    const answers = sql.query('SELECT 1').then(
      () => true,
      () => false,
    );
    const late = delay(READINESS_MILLISECONDS, false, { ref: false });
    return (await Promise.race([answers, late])) ? 'ready' : 'the database does not answer';
  }

  /** @throws UnavailableError while the store is opening, or when it could not be opened. */
  get opened(): OpenServices {
    if (this.#opened !== null) return this.#opened;
    if (this.#failure instanceof AppError) {
      throw new UnavailableError(`the server could not start: ${messageOf(this.#failure)}`);
    }
    throw new UnavailableError(
      this.#failure === null
        ? 'the server is starting; try again in a moment'
        : 'the server could not start; see its log',
    );
  }

  readonly createContext = async (credentials: Credentials): Promise<GraphQLContext> => {
    try {
      const { services } = this.opened;
      return { services, actor: await services.access.identify(credentials) };
    } catch (error) {
      // As a GraphQLError, or Apollo would put words of its own before the sentence.
      const originalError = error instanceof Error ? error : undefined;
      const status = error instanceof UnauthenticatedError ? 401 : error instanceof UnavailableError ? 503 : 500;
      throw new GraphQLError(messageOf(error), { originalError, extensions: { http: { status } } });
    }
  };

  readonly sharedBytes = (text: string): Uint8Array | undefined => this.#hub.bytesOf(text);

  get metricSources() {
    return {
      framesSent: () => this.#hub.counter.sent,
      framesSkipped: () => this.#hub.counter.skipped,
      watchers: () => this.#hub.watcherCount,
      imagesEmbedded: () => this.#counter.imagesEmbedded,
      imagesPerSecond: () => this.#counter.imagesPerSecond,
      iterationsDone: () => this.#counter.iterationsDone,
      // A database that is away must not hide the other metrics.
      jobs: async () => (await this.#opened?.services.runs.countJobs().catch(() => [])) ?? [],
    };
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.ready.catch(() => undefined);
    await this.#opened?.close();
  }

  async #open(address: string): Promise<void> {
    const parts = { log: this.#log, hub: this.#hub, counter: this.#counter, notices: this.#notices };
    const opened = await openServices(this.#config, parts);
    this.#opened = opened;
    if (this.#closing) return;
    const { runs, access } = opened.services;
    const token = access.required ? await access.invitations.createSetupToken() : null;
    if (token !== null) this.#options.onSetupLink?.(`${address}/join#${token}`);
    await runs.open(this.#options.concurrency);
    prepareFirstVisit(opened.services).catch((error: unknown) => {
      if (!this.#closing) this.#log.debug({ err: error }, 'the newest run was not read ahead');
    });
    if (this.#options.firstRun === false || this.#closing) return;
    const { settled } = await startFirstRun(runs, this.#config, (line) => {
      this.#notices.push(line);
      this.#options.onNotice?.(line);
    });
    settled.catch((error: unknown) => {
      if (!this.#closing) this.#log.error({ err: error }, 'the first run could not be replaced');
    });
  }
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) {
      resolve();
      return;
    }
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
