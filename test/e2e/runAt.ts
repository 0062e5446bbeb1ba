import type { APIRequestContext, Page, WebSocketRoute } from '@playwright/test';
import { askApi } from './support.ts';

/** How far a run was, of which the page is to be told. */
export interface Moment {
  readonly status: 'EXTRACTING' | 'NEIGHBORS' | 'OPTIMIZING' | 'PAUSED';
  readonly stage: {
    name: string;
    done: number;
    total: number;
    unit: string;
    ratePerSecond?: number;
    etaSeconds?: number;
  };
  /** A stored iteration, whose layout is the newest; null is a run that has none yet. */
  readonly iteration: number | null;
  readonly skippedFrames?: number;
}

interface Figures {
  readonly iteration: number;
}

/** What the server said of a finished run, cut down to a moment of the past. */
interface Past {
  readonly summary: Record<string, unknown>;
  readonly layout: Record<string, unknown> | null;
  readonly keyframes: readonly number[];
  readonly history: readonly Figures[];
}

type Answer = Record<string, unknown> & { readonly history?: readonly Figures[]; readonly points?: object };
interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: { readonly data?: { readonly runProgress?: { run: Answer; frame: unknown } } };
}

const FIGURES = 'iteration loss gradientNorm curvatureScale exaggeration recallAt15';

/** Measured when there is time for it, and so at other iterations each time: those of one such run. */
const RECALL: ReadonlyMap<number, number> = new Map([
  [12, 0.274],
  [18, 0.236],
  [30, 0.164],
  [38, 0.242],
  [39, 0.411],
  [50, 0.501],
]);

async function remember(request: APIRequestContext, run: string, moment: Moment): Promise<Past> {
  const { status, stage, iteration } = moment;
  const { run: found } = await askApi<{ run: { keyframes: number[]; history: Figures[]; layout: object } }>(
    request,
    `query ($id: ID!, $iteration: Int) { run(id: $id) { keyframes history { ${FIGURES} }
      layout(iteration: $iteration, encoding: INT16) { iteration encoding pointCount coordinates } } }`,
    { id: run, iteration },
  );
  const isPast = (at: number): boolean => iteration !== null && at <= iteration;
  const rates = { ratePerSecond: null, etaSeconds: null };
  return {
    summary: { status, stage: { ...rates, ...stage }, iteration: iteration ?? 0, quality: null, finishedAt: null },
    layout: iteration === null ? null : { ...found.layout, runId: run },
    keyframes: found.keyframes.filter(isPast),
    history: found.history
      .filter((entry) => isPast(entry.iteration))
      .map((entry) => ({ ...entry, recallAt15: RECALL.get(entry.iteration) ?? null })),
  };
}

/** An answer about the run, as it would have been. */
function asThen(answer: Answer, past: Past, wantsNewest: boolean): Answer {
  return {
    ...answer,
    ...('status' in answer && past.summary),
    ...('keyframes' in answer && { keyframes: past.keyframes }),
    ...('history' in answer && { history: past.history }),
    ...('layout' in answer && wantsNewest && { layout: past.layout }),
    ...('points' in answer && { points: { ...answer.points, recallPerPoint: null } }),
  };
}

/**
 * Shows a finished run as it was while it worked, standing still: the page gets the server's own answers about it, with
 * all that came later taken out, and hears nothing more. A run that really works is never twice at the same iteration.
 * @returns cuts the page off for good
 */
export async function showRunAt(page: Page, run: string, moment: Moment): Promise<{ cutOff: () => Promise<void> }> {
  const past = await remember(page.request, run, moment);
  await page.route('**/graphql', async (route) => {
    const { variables } = route.request().postDataJSON() as { variables?: { id?: string; iteration?: number | null } };
    if (variables?.id !== run) return route.continue();
    const response = await route.fetch();
    const { data } = (await response.json()) as { data: { run: Answer } };
    return route.fulfill({ response, json: { data: { run: asThen(data.run, past, variables.iteration == null) } } });
  });

  const sockets: WebSocketRoute[] = [];
  let isCut = false;
  await page.routeWebSocket('**/graphql', (socket) => {
    if (isCut) {
      void socket.close({ code: 1012 });
      return;
    }
    sockets.push(socket);
    socket.connectToServer().onMessage((text) => {
      const message = JSON.parse(String(text)) as Message;
      const progress = message.payload?.data?.runProgress;
      // Of a finished run the server has no more to say, and ends.
      if (message.type === 'complete') return;
      if (progress === undefined) return void socket.send(text);
      const then = { run: asThen(progress.run, past, true), frame: past.layout, statsSince: past.history };
      const runProgress = { ...progress, ...then, skippedFrames: moment.skippedFrames ?? 0 };
      socket.send(JSON.stringify({ ...message, payload: { data: { runProgress } } }));
    });
  });
  return {
    cutOff: async () => {
      isCut = true;
      for (const socket of sockets) await socket.close({ code: 1012 });
    },
  };
}
