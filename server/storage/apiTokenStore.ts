import type { ApiToken, ApiTokenStore, Member, Role } from './access.ts';
import { foreignKeyMeansNotFound, missingRowMeansNotFound } from './databaseErrors.ts';
import type { ApiToken as ApiTokenRow, PrismaClient } from './generated/client.ts';
import { newId } from './ids.ts';
import { toMember } from './memberStore.ts';

/** Tokens with which programs act for a person. Only a hash of a token is stored. */
export class PostgresApiTokenStore implements ApiTokenStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  async createApiToken(token: {
    readonly tokenHash: Uint8Array;
    readonly userId: string;
    readonly name: string;
    readonly role: Role;
    readonly expiresAt: Date;
  }): Promise<ApiToken> {
    const data = { ...token, id: newId('token'), tokenHash: Uint8Array.from(token.tokenHash) };
    const row = await foreignKeyMeansNotFound(`no member has the id ${token.userId}`, () =>
      this.#prisma.apiToken.create({ data }),
    );
    return toApiToken(row);
  }

  async findApiToken(id: string): Promise<ApiToken | null> {
    const row = await this.#prisma.apiToken.findUnique({ where: { id } });
    return row && toApiToken(row);
  }

  async findApiTokenByHash(
    tokenHash: Uint8Array,
  ): Promise<{ readonly token: ApiToken; readonly tokenHash: Uint8Array; readonly owner: Member } | null> {
    const row = await this.#prisma.apiToken.findUnique({
      where: { tokenHash: Uint8Array.from(tokenHash) },
      include: { user: true },
    });
    return row && { token: toApiToken(row), tokenHash: row.tokenHash, owner: toMember(row.user) };
  }

  async listApiTokens(userId: string): Promise<ApiToken[]> {
    const rows = await this.#prisma.apiToken.findMany({ where: { userId }, orderBy: { position: 'desc' } });
    return rows.map(toApiToken);
  }

  async revokeApiToken(id: string): Promise<ApiToken> {
    await this.#prisma.apiToken.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
    return missingRowMeansNotFound(`there is no token ${id}`, async () =>
      toApiToken(await this.#prisma.apiToken.findUniqueOrThrow({ where: { id } })),
    );
  }

  async touchApiToken(id: string): Promise<void> {
    await this.#prisma.apiToken.updateMany({ where: { id }, data: { lastUsedAt: new Date() } });
  }
}

function toApiToken(row: ApiTokenRow): ApiToken {
  const { id, userId, name, role, createdAt, expiresAt, revokedAt, lastUsedAt } = row;
  return { id, userId, name, role: role as Role, createdAt, expiresAt, revokedAt, lastUsedAt };
}
