import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeImageFolder } from '../support/imageFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startRun, TestServer, watchUntil } from '../support/testServer.ts';

const STEER = `mutation ($id: ID!, $input: SteerRunInput!) { steerRun(id: $id, input: $input) { id } }`;
const CHANGES = `query ($id: ID!) { run(id: $id) { steering { iteration exaggeration curvatureScale learningRate automatic } } }`;

interface Change {
  readonly iteration: number | null;
  readonly exaggeration: number | null;
}

let server: TestServer;
let dataset: string;
let home: string;

async function changesOf(id: string): Promise<Change[]> {
  return (await server.data<{ run: { steering: Change[] } }>(CHANGES, { id })).run.steering;
}

async function exaggerations(id: string): Promise<number[]> {
  const query = `query ($id: ID!) { run(id: $id) { history { exaggeration } } }`;
  const { run } = await server.data<{ run: { history: { exaggeration: number }[] } }>(query, { id });
  return run.history.map(({ exaggeration }) => exaggeration);
}

beforeAll(async () => {
  const folder = await temporaryFolder();
  dataset = await makeImageFolder(join(folder, 'images'), 10);
  home = join(folder, 'home');
  server = await TestServer.start(home);
  await server.running.ready;
});

afterAll(() => server.close());

describe('A run that is steered', () => {
  it('makes each change at one iteration, keeps it in its history, and goes on with it after a restart', async () => {
    const id = await startRun(server, { dataset, model: 'nano', iterations: 100_000, perplexity: 5 });
    await watchUntil(server, id, ({ run }) => run.iteration > 200);
    await server.data(STEER, { id, input: { exaggeration: 2.5 } });
    let changes: Change[] = [];
    await watchUntil(server, id, ({ run }) => run.iteration > 210 && run.status === 'OPTIMIZING');
    for await (const _ of server.subscribe('subscription { runsChanged { id } }')) {
      changes = await changesOf(id);
      if (changes[0]?.iteration != null) break;
    }
    const { pauseRun } = await server.data<{ pauseRun: { iteration: number } }>(
      `mutation ($id: ID!) { pauseRun(id: $id) { iteration } }`,
      { id },
    );
    await server.data(STEER, { id, input: { automatic: ['EXAGGERATION'], learningRate: 33 } });
    await server.close();
    server = await TestServer.start(home);
    await server.running.ready;
    await server.data(`mutation ($id: ID!) { resumeRun(id: $id) { status } }`, { id });
    await watchUntil(server, id, ({ run }) => run.iteration > pauseRun.iteration + 50);
    // Far from its end, so that it cannot end before it is paused, however fast the machine is.
    await server.data(`mutation ($id: ID!) { cancelRun(id: $id) { status } }`, { id });
    const [first, second] = await changesOf(id);
    expect(first).toEqual(changes[0]);
    expect(second).toMatchObject({ exaggeration: null, learningRate: 33, automatic: ['EXAGGERATION'] });
    const history = await exaggerations(id);
    expect(second.iteration).toBe(pauseRun.iteration);
    expect(history.length).toBeGreaterThan(pauseRun.iteration);
    expect(new Set(history.slice(100, first.iteration!))).toEqual(new Set([1]));
    expect(new Set(history.slice(first.iteration!, second.iteration!))).toEqual(new Set([2.5]));
    expect(new Set(history.slice(second.iteration!))).toEqual(new Set([1]));
  });

  it('refuses in one sentence what cannot be changed, and changes nothing', async () => {
    const id = await startRun(server, { dataset, model: 'nano', iterations: 5, perplexity: 5, geometry: 'EUCLIDEAN' });
    const refusal = async (input: object) => (await server.ask(STEER, { id, input })).errors?.[0];
    await watchUntil(server, id);
    expect(await refusal({ exaggeration: 2 })).toMatchObject({
      message: `run ${id} is done and cannot be steered`,
      extensions: { code: 'CONFLICT' },
    });
    expect(await changesOf(id)).toEqual([]);
  });
});
