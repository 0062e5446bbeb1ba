import type { Pool } from 'pg';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { Member, MemberStore, Role } from './access.ts';
import { inTransaction } from './database/database.ts';
import type { PrismaClient } from './generated/client.ts';
import type { User } from './generated/client.ts';

/** The people with a login; the login library writes them, this reads them and changes what they may do. */
export class PostgresMemberStore implements MemberStore {
  readonly #prisma: PrismaClient;
  readonly #pool: Pool;

  constructor(prisma: PrismaClient, pool: Pool) {
    this.#prisma = prisma;
    this.#pool = pool;
  }

  countMembers(): Promise<number> {
    return this.#prisma.user.count();
  }

  async listMembers(): Promise<Member[]> {
    return (await this.#prisma.user.findMany({ orderBy: { createdAt: 'asc' } })).map(toMember);
  }

  async findMember(id: string): Promise<Member | null> {
    const row = await this.#prisma.user.findUnique({ where: { id } });
    return row && toMember(row);
  }

  async findMemberByEmail(email: string): Promise<Member | null> {
    const row = await this.#prisma.user.findUnique({ where: { email: email.toLowerCase() } });
    return row && toMember(row);
  }

  async hasSession(id: string): Promise<boolean> {
    return (await this.#prisma.session.count({ where: { id, expiresAt: { gt: new Date() } } })) === 1;
  }

  async changeMember(id: string, change: { readonly role?: Role; readonly disabledAt?: Date | null }): Promise<Member> {
    await inTransaction(this.#pool, async (client) => {
      // The admins' rows are locked, so that two of them cannot remove each other at the same moment.
      const { rows } = await client.query<{ id: string }>(
        "SELECT id FROM users WHERE role = 'ADMIN' AND disabled_at IS NULL ORDER BY id FOR UPDATE",
      );
      const { rows: found } = await client.query<{ role: Role; disabled_at: Date | null }>(
        'SELECT role, disabled_at FROM users WHERE id = $1',
        [id],
      );
      if (found.length === 0) throw new NotFoundError(`no member has the id ${id}`);
      const role = change.role ?? found[0].role;
      const disabledAt = change.disabledAt === undefined ? found[0].disabled_at : change.disabledAt;
      const staysAdmin = role === 'ADMIN' && disabledAt === null;
      if (!staysAdmin && rows.every((row) => row.id === id)) {
        throw new ConflictError('this is the last admin; make somebody else an admin first');
      }
      await client.query('UPDATE users SET role = $2, disabled_at = $3, updated_at = now() WHERE id = $1', [
        id,
        role,
        disabledAt,
      ]);
      if (disabledAt !== null) await client.query('DELETE FROM sessions WHERE user_id = $1', [id]);
    });
    return toMember(await this.#prisma.user.findUniqueOrThrow({ where: { id } }));
  }
}

export function toMember(row: User): Member {
  const { id, name, email, role, disabledAt, createdAt } = row;
  return { id, name, email, role: role as Role, disabledAt, createdAt };
}
