import { defineConfig } from 'prisma/config';

// `prisma generate` looks for a schema engine, which it then does not use; naming any executable spares the download.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://unused:unused@127.0.0.1:5432/unused' },
});
