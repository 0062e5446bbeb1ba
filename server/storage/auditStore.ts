import type { AuditEntry, AuditFilter, AuditStore } from './access.ts';
import type { AuditEntry as AuditRow, Prisma, PrismaClient } from './generated/client.ts';
import { readPage } from './pages.ts';
import type { Page, PageRequest } from './store.ts';

/** The record of who did what. Entries are added and read, never changed. */
export class PostgresAuditStore implements AuditStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async record(entry: Omit<AuditEntry, 'at'>): Promise<void> {
    await this.#prisma.auditEntry.create({ data: { ...entry, detail: entry.detail as Prisma.InputJsonObject } });
  }

  listEntries(page: PageRequest, filter: AuditFilter = {}): Promise<Page<AuditEntry>> {
    const { actorName, action, subject } = filter;
    return readPage(
      page,
      (before, take) =>
        this.#prisma.auditEntry.findMany({
          where: { actorName, action, subject, position: { lt: before } },
          orderBy: { position: 'desc' },
          take,
        }),
      () => this.#prisma.auditEntry.count({ where: { actorName, action, subject } }),
      toAuditEntry,
    );
  }
}

function toAuditEntry(row: AuditRow): AuditEntry {
  const { at, actorKind, actorId, actorName, action, subject } = row;
  return { at, actorKind, actorId, actorName, action, subject, detail: row.detail as Record<string, unknown> };
}
