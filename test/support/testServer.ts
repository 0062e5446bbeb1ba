import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { readConfig } from '../../server/config.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../server/main.ts';

export interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** A whole server on a free port, with what tests say to it. */
export class TestServer {
  readonly running: RunningServer;
  readonly #clients = new Set<Client>();

  private constructor(running: RunningServer) {
    this.running = running;
  }

  static async start(
    home: string,
    options: ServerOptions = { firstRun: false },
    environment: Readonly<Record<string, string>> = {},
  ): Promise<TestServer> {
    const own = { PORT: '0', CIRCLE_LIMIT_HOME: home, LOG_LEVEL: 'error', ENGINE: 'auto' };
    const config = readConfig({ ...own, ...environment });
    return new TestServer(await startServer(config, options));
  }

  /** Over a server that was started with other settings. */
  static over(running: RunningServer): TestServer {
    return new TestServer(running);
  }

  get url(): string {
    return this.running.url;
  }

  get socketUrl(): string {
    return `${this.url.replace('http', 'ws')}/graphql`;
  }

  async ask(query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphQLAnswer;
  }

  /** The data of an operation that must succeed. */
  async data<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const answer = await this.ask(query, variables);
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    return answer.data as T;
  }

  /** Every value of a subscription; end it with `return()` or `break`. */
  subscribe<T>(query: string, variables: Record<string, unknown> = {}, connectionParams: Record<string, unknown> = {}) {
    const client = createClient({ url: this.socketUrl, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams });
    this.#clients.add(client);
    return client.iterate<T>({ query, variables });
  }

  async close(): Promise<void> {
    for (const client of this.#clients) await client.dispose();
    await this.running.close();
  }
}

export const WATCH_RUN = `
  subscription ($id: ID!, $encoding: FrameEncoding) {
    runProgress(runId: $id, encoding: $encoding) {
      run { id status iteration stage { name done total unit } }
      frame { iteration encoding pointCount coordinates }
      stats { iteration loss }
      statsSince { iteration }
    }
  }`;

export interface WatchedRun {
  readonly runProgress: {
    readonly run: { readonly id: string; readonly status: string; readonly iteration: number };
    readonly frame: { readonly iteration: number; readonly pointCount: number; readonly coordinates: string } | null;
    readonly stats: { readonly iteration: number; readonly loss: number } | null;
    readonly statsSince: readonly { readonly iteration: number }[];
  };
}

/** Starts a run and gives its id. */
export async function startRun(server: TestServer, input: Record<string, unknown>): Promise<string> {
  const { startRun: run } = await server.data<{ startRun: { id: string } }>(
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input },
  );
  return run.id;
}

/** Watches a run until `wanted` holds, and gives all updates up to that one. */
export async function watchUntil(
  server: TestServer,
  id: string,
  wanted: (update: WatchedRun['runProgress']) => boolean = () => false,
): Promise<WatchedRun['runProgress'][]> {
  const updates: WatchedRun['runProgress'][] = [];
  for await (const { data, errors } of server.subscribe<WatchedRun>(WATCH_RUN, { id })) {
    if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
    updates.push(data.runProgress);
    if (wanted(data.runProgress)) break;
  }
  return updates;
}
