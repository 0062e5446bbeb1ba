import { createClient, type Client } from 'graphql-ws';
import { resultOf, socketError, UnreachableServerError, type Answer } from './apiError.ts';
import { decodeCoordinates, decodeFloat32, decodeInt16, decodeInt32 } from './decode.ts';
import * as operations from './operations.ts';
import type { Operation } from './operations.ts';
import type {
  CreateShareLinkInput,
  NeighborsQuery,
  NeighborsQueryVariables,
  RunFilter,
  RunStateFragment,
  RunsQuery,
  StartRunInput,
  WatchRunSubscription,
} from './generated/operations.ts';

export interface ClientOptions {
  /** Address of the server, such as `https://disk.example.org`. */
  readonly url: string;
  /** A personal token (`clt_…`), or the ticket of a shared view; none on a server without logins. */
  readonly token?: string | undefined;
  /** Ends whatever is asked; its reason is what is thrown then. */
  readonly signal?: AbortSignal | undefined;
}

/** One layout, decoded. */
export interface Layout {
  readonly iteration: number;
  /** N × 2, interleaved x y, in the open unit disk. */
  readonly coordinates: Float32Array;
}

/** A layout with what its points are. */
export interface LabeledLayout extends Layout {
  /** Class of every point as its place in `labelNames`, −1 for none. */
  readonly labelCodes: Int16Array;
  readonly labelNames: readonly string[];
  /** The image of every point in its data set. */
  readonly imageIndices: Int32Array;
}

/** What a watched run tells. */
export interface RunNews {
  readonly run: RunStateFragment;
  /** The newest layout; null before the first. */
  readonly layout: Layout | null;
  readonly stats: WatchRunSubscription['runProgress']['stats'];
}

const FINAL = new Set(['DONE', 'FAILED', 'CANCELED']);

/**
 * A server of Circle Limit for other programs, in Node and in browsers. Every method throws `ApiError` for a refusal and
 * `UnreachableServerError` where nobody answers.
 */
export class CircleLimitClient {
  /** Such as `https://disk.example.org`. */
  readonly origin: string;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor({ url, token, signal }: ClientOptions) {
    this.origin = new URL(url).origin;
    this.#token = token;
    this.#signal = signal;
  }

  /** Any query or mutation; see `operation` for those of your own. */
  async request<Result, Variables>({ text }: Operation<Result, Variables>, variables: Variables): Promise<Result> {
    const response = await this.#fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: text, variables }),
    });
    return resultOf(await readAnswer<Result>(response), this.origin);
  }

  /** Any subscription; leaving the loop ends it. A connection that breaks is made again. */
  async *subscribe<Result, Variables extends object>(
    { text }: Operation<Result, Variables>,
    variables: Variables,
  ): AsyncGenerator<Result> {
    const socket = await this.#connect();
    const end = (): void => void socket.dispose();
    this.#signal?.addEventListener('abort', end, { once: true });
    try {
      const request = { query: text, variables: variables as Record<string, unknown> };
      for await (const answer of socket.iterate<Result>(request)) yield resultOf(answer, this.origin);
      this.#signal?.throwIfAborted();
    } catch (cause) {
      this.#signal?.throwIfAborted();
      throw socketError(cause, this.origin);
    } finally {
      this.#signal?.removeEventListener('abort', end);
      await socket.dispose();
    }
  }

  /** A file of the server, such as `/exports/RUN/layout.parquet`. */
  async file(path: string): Promise<Response> {
    const response = await this.#fetch(path);
    if (response.ok) return response;
    const { errors } = (await readAnswer(response)) ?? {};
    return resultOf({ errors: errors ?? [{ message: `${path} answered ${response.status}` }] }, this.origin);
  }

  /** A page of the runs, newest first. */
  async runs(page: { first?: number; after?: string; filter?: RunFilter } = {}): Promise<RunsQuery['runs']> {
    return (await this.request(operations.RUNS, page)).runs;
  }

  /** @throws ApiError `NOT_FOUND` for an id that no run has */
  async run(id: string): Promise<RunStateFragment> {
    return (await this.request(operations.RUN, { id })).run!;
  }

  async startRun(input: StartRunInput): Promise<RunStateFragment> {
    return (await this.request(operations.START_RUN, { input })).startRun;
  }

  /** The newest layout, or the stored one at or before `iteration`; null before the first. */
  async layout(runId: string, iteration?: number): Promise<LabeledLayout | null> {
    const { run } = await this.request(operations.LAYOUT, { id: runId, iteration });
    if (run?.layout == null) return null;
    const { labelCodes, labelNames, imageIndices } = run.points;
    return {
      iteration: run.layout.iteration,
      coordinates: decodeCoordinates(run.layout),
      labelCodes: decodeInt16(labelCodes),
      labelNames,
      imageIndices: decodeInt32(imageIndices),
    };
  }

  /** The state of a run at once and then every change, until it ends; a slow reader skips layouts, never the last. */
  async *watch(id: string, options: { maxFramesPerSecond?: number } = {}): AsyncGenerator<RunNews> {
    for await (const { runProgress } of this.subscribe(operations.WATCH_RUN, { id, ...options })) {
      const { run, frame, stats } = runProgress;
      const layout = frame == null ? null : { iteration: frame.iteration, coordinates: decodeCoordinates(frame) };
      yield { run, layout, stats };
      if (FINAL.has(run.status)) return;
    }
  }

  async neighbors(of: NeighborsQueryVariables): Promise<NeighborsQuery['neighbors']> {
    return (await this.request(operations.NEIGHBORS, of)).neighbors;
  }

  /** The right layout laid over the left one, with the figures of every image that both have. */
  async compareRuns(left: string, right: string) {
    const { compareRuns } = await this.request(operations.COMPARE_RUNS, { left, right });
    return {
      ...compareRuns,
      /** Geodesic distance between the two places of every image. */
      displacement: decodeFloat32(compareRuns.displacement),
      /** Share of the 15 nearest on the left that are among those on the right. */
      overlap: decodeFloat32(compareRuns.overlap),
      imageIndices: decodeInt32(compareRuns.imageIndices),
    };
  }

  /** @returns the address, which is told this once. */
  async share(input: CreateShareLinkInput): Promise<{ readonly id: string; readonly url: string }> {
    const { createShareLink } = await this.request(operations.CREATE_SHARE_LINK, { input });
    return { id: createShareLink.id, url: new URL(createShareLink.url ?? '', this.origin).href };
  }

  async #fetch(path: string, options: RequestInit = {}): Promise<Response> {
    const headers = new Headers(options.headers);
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`);
    try {
      return await fetch(new URL(path, this.origin), { ...options, headers, signal: this.#signal ?? null });
    } catch (cause) {
      this.#signal?.throwIfAborted();
      throw new UnreachableServerError(this.origin, { cause });
    }
  }

  async #connect(): Promise<Client> {
    // Node has a WebSocket of its own from version 22 on.
    const here = (globalThis as { WebSocket?: unknown }).WebSocket;
    const webSocketImpl = here ?? (await import('ws')).WebSocket;
    return createClient({
      url: `${this.origin.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl,
      connectionParams: this.#token === undefined ? {} : { token: this.#token },
    });
  }
}

/** Null for what is no JSON. */
async function readAnswer<Result>(response: Response): Promise<Answer<Result> | null> {
  return (await response.json().catch(() => null)) as Answer<Result> | null;
}
