import { foreignKeyMeansNotFound, missingRowMeansNotFound } from './databaseErrors.ts';
import type { Prisma, PrismaClient } from './generated/client.ts';
import { newId } from './ids.ts';
import type { HashedLink, ShareLink, ShareLinkStore } from './store.ts';

const WITH_RUNS = { runs: { orderBy: { ordinal: 'asc' } } } as const satisfies Prisma.ShareLinkInclude;

type ShareLinkRow = Prisma.ShareLinkGetPayload<{ include: typeof WITH_RUNS }>;

/** Links that show runs to people without access. Only a hash of a link's token is stored. */
export class PostgresShareLinkStore implements ShareLinkStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** @throws NotFoundError when one of the runs does not exist. */
  async createShareLink(link: {
    readonly tokenHash: Uint8Array;
    readonly runIds: readonly string[];
    readonly viewState: string;
    readonly expiresAt: Date | null;
    readonly createdBy?: string;
    readonly allowDownload?: boolean;
  }): Promise<ShareLink> {
    const row = await foreignKeyMeansNotFound(`there is no run ${link.runIds.join(' or no run ')}`, () =>
      this.#prisma.shareLink.create({
        data: {
          id: newId('share'),
          tokenHash: Uint8Array.from(link.tokenHash),
          viewState: link.viewState,
          expiresAt: link.expiresAt,
          createdBy: link.createdBy,
          allowDownload: link.allowDownload,
          runs: { createMany: { data: link.runIds.map((runId, ordinal) => ({ runId, ordinal })) } },
        },
        include: WITH_RUNS,
      }),
    );
    return toShareLink(row);
  }

  async findShareLink(id: string): Promise<ShareLink | null> {
    const row = await this.#prisma.shareLink.findUnique({ where: { id }, include: WITH_RUNS });
    return row === null ? null : toShareLink(row);
  }

  async findShareLinkByTokenHash(tokenHash: Uint8Array): Promise<HashedLink | null> {
    const where = { tokenHash: Uint8Array.from(tokenHash) };
    const row = await this.#prisma.shareLink.findUnique({ where, include: WITH_RUNS });
    return row && { link: toShareLink(row), tokenHash: row.tokenHash };
  }

  async listShareLinks(runId: string): Promise<ShareLink[]> {
    const rows = await this.#prisma.shareLink.findMany({
      where: { runs: { some: { runId } } },
      orderBy: { position: 'desc' },
      include: WITH_RUNS,
    });
    return rows.map(toShareLink);
  }

  /** The time of the first revocation stays. @throws NotFoundError */
  async revokeShareLink(id: string): Promise<ShareLink> {
    await this.#prisma.shareLink.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
    const row = await missingRowMeansNotFound(`there is no share link ${id}`, () =>
      this.#prisma.shareLink.findUniqueOrThrow({ where: { id }, include: WITH_RUNS }),
    );
    return toShareLink(row);
  }

  /** Notes that the link was used; a link that is gone meanwhile is no error. */
  async touchShareLink(id: string): Promise<void> {
    await this.#prisma.shareLink.updateMany({ where: { id }, data: { lastUsedAt: new Date() } });
  }
}

function toShareLink(row: ShareLinkRow): ShareLink {
  return {
    id: row.id,
    runIds: row.runs.map((run) => run.runId),
    viewState: row.viewState,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    revokedAt: row.revokedAt,
    lastUsedAt: row.lastUsedAt,
    createdBy: row.createdBy,
    allowDownload: row.allowDownload,
  };
}
