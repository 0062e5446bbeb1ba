import { prismaAdapter } from 'better-auth/adapters/prisma';
import type { PrismaClient } from './generated/client.ts';

/** How the login library reaches its tables (users, sessions, accounts, verifications). */
export type LoginDatabase = ReturnType<typeof prismaAdapter>;

export function loginDatabase(prisma: PrismaClient): LoginDatabase {
  return prismaAdapter(prisma, { provider: 'postgresql' });
}
