import type { Invitation, InvitationStore, Role } from './access.ts';
import { missingRowMeansNotFound } from './databaseErrors.ts';
import type { Invitation as InvitationRow, PrismaClient } from './generated/client.ts';
import { newId } from './ids.ts';

/** Links with which a person makes a login. Only a hash of a link's token is stored. */
export class PostgresInvitationStore implements InvitationStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async createInvitation(invitation: {
    readonly tokenHash: Uint8Array;
    readonly role: Role;
    readonly note: string;
    readonly createdBy: string;
    readonly expiresAt: Date;
  }): Promise<Invitation> {
    const tokenHash = Uint8Array.from(invitation.tokenHash);
    const data = { ...invitation, id: newId('invitation'), tokenHash };
    return toInvitation(await this.#prisma.invitation.create({ data }));
  }

  async findInvitationByTokenHash(
    tokenHash: Uint8Array,
  ): Promise<{ readonly invitation: Invitation; readonly tokenHash: Uint8Array } | null> {
    const row = await this.#prisma.invitation.findUnique({ where: { tokenHash: Uint8Array.from(tokenHash) } });
    return row && { invitation: toInvitation(row), tokenHash: row.tokenHash };
  }

  async listOpenInvitations(now: Date): Promise<Invitation[]> {
    const rows = await this.#prisma.invitation.findMany({
      where: { acceptedAt: null, revokedAt: null, expiresAt: { gt: now } },
      orderBy: { position: 'desc' },
    });
    return rows.map(toInvitation);
  }

  /** One statement, so that of two people with the same link one is the first. */
  async acceptInvitation(id: string, now: Date): Promise<boolean> {
    const { count } = await this.#prisma.invitation.updateMany({
      where: { id, acceptedAt: null, revokedAt: null, expiresAt: { gt: now } },
      data: { acceptedAt: now },
    });
    return count === 1;
  }

  async releaseInvitation(id: string): Promise<void> {
    await this.#prisma.invitation.updateMany({ where: { id }, data: { acceptedAt: null } });
  }

  async revokeInvitation(id: string): Promise<Invitation> {
    await this.#prisma.invitation.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
    return missingRowMeansNotFound(`there is no invitation ${id}`, async () =>
      toInvitation(await this.#prisma.invitation.findUniqueOrThrow({ where: { id } })),
    );
  }

  async revokeInvitationsOf(createdBy: string): Promise<void> {
    await this.#prisma.invitation.updateMany({
      where: { createdBy, acceptedAt: null, revokedAt: null },
      data: { revokedAt: new Date() },
    });
  }
}

function toInvitation(row: InvitationRow): Invitation {
  const { id, role, note, createdBy, createdAt, expiresAt, acceptedAt, revokedAt } = row;
  return { id, role: role as Role, note, createdBy, createdAt, expiresAt, acceptedAt, revokedAt };
}
