import { join as joinPath } from 'node:path';
import { WebSocket } from 'ws';
import { makeImageFolder } from './imageFolder.ts';
import { bearer, TeamServer, type RoleName, type Sent } from './team.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { WATCH_RUN } from './testServer.ts';

export type Asker = 'anonymous' | 'link' | RoleName;

export const ASKERS: readonly Asker[] = ['anonymous', 'link', 'VIEWER', 'EDITOR', 'ADMIN'];

/** A team with a run that a link shares, another run that none does, and a token of everybody who may ask. */
export class SharedTeam {
  readonly tokens = new Map<Asker, string | null>([['anonymous', null]]);
  linkToken = '';

  private constructor(
    readonly team: TeamServer,
    readonly runId: string,
    readonly otherRunId: string,
    readonly datasetId: string,
    private readonly images: string,
  ) {}

  static async start(): Promise<SharedTeam> {
    const folder = await temporaryFolder();
    const team = await TeamServer.start(joinPath(folder, 'home'), { IMAGES_ROOT: folder });
    const images = await makeImageFolder(joinPath(folder, 'images'), 8);
    const runId = await makeRun(team, images, 'shared');
    const otherRunId = await makeRun(team, await makeImageFolder(joinPath(folder, 'others'), 7), 'not shared');
    const { run } = await team.data<{ run: { dataset: { id: string } } }>(
      'query ($id: ID!) { run(id: $id) { dataset { id } } }',
      { id: runId },
      team.cookies.VIEWER,
    );
    const shared = new SharedTeam(team, runId, otherRunId, run.dataset.id, images);
    shared.linkToken = (await shared.share([runId])).token;
    shared.tokens.set('link', (await shared.openLink(shared.linkToken))!.ticket);
    for (const role of ['VIEWER', 'EDITOR', 'ADMIN'] as const) {
      shared.tokens.set(role, (await team.createToken(team.cookies[role], role)).token);
    }
    return shared;
  }

  /** A run of the images of the shared one, with another seed. @returns its id */
  runAgain(seed: number): Promise<string> {
    return makeRun(this.team, this.images, 'again', seed);
  }

  /** What this asker sends. */
  sent(asker: Asker): Sent {
    const token = this.tokens.get(asker);
    return token == null ? {} : bearer(token);
  }

  async share(runIds: string[], input: object = {}): Promise<{ id: string; token: string }> {
    const { createShareLink } = await this.team.data<{ createShareLink: { id: string; token: string } }>(
      'mutation ($input: CreateShareLinkInput!) { createShareLink(input: $input) { id token } }',
      { input: { runIds, viewState: 'z=2', ...input } },
      this.team.cookies.EDITOR,
    );
    return createShareLink;
  }

  async openLink(token: string): Promise<{ ticket: string; createdBy: string } | null> {
    const { sharedView } = await this.team.data<{ sharedView: { ticket: string; createdBy: string } | null }>(
      'query ($token: String!) { sharedView(token: $token) { ticket createdBy } }',
      { token },
      {},
    );
    return sharedView;
  }

  /** The code with which the server closes a socket, after `act` when it is open. */
  closeOfSocket(token: string, act: () => Promise<void> = () => Promise.resolve()): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.team.server.socketUrl, 'graphql-transport-ws');
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { token } })));
      socket.on('message', (bytes: Buffer) => {
        const { type } = JSON.parse(bytes.toString()) as { type: string };
        if (type === 'connection_ack') act().catch(reject);
      });
      socket.on('close', resolve);
      socket.on('error', reject);
    });
  }

  close(): Promise<void> {
    return this.team.close();
  }
}

async function makeRun(team: TeamServer, folder: string, name: string, seed = 1): Promise<string> {
  const { startRun } = await team.data<{ startRun: { id: string } }>(
    'mutation ($input: StartRunInput!) { startRun(input: $input) { id } }',
    { input: { dataset: folder, model: 'nano', name, iterations: 30, perplexity: 5, seed } },
    team.cookies.ADMIN,
  );
  const admin = await team.createToken(team.cookies.ADMIN, 'ADMIN');
  for await (const { data } of team.server.subscribe<{ runProgress: { run: { status: string } } }>(
    WATCH_RUN,
    { id: startRun.id },
    { token: admin.token },
  )) {
    if (data?.runProgress.run.status === 'DONE') break;
  }
  return startRun.id;
}
