import type { PoolClient } from 'pg';

/** A table as it is backed up: what it refers to comes before it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Not backed up: the history of migrations, which the restoring side makes, and what only a working run needs. */
const LEFT_OUT = ['_prisma_migrations', 'live_frames'];

/**
 * The store's tables, each after those that its foreign keys refer to, so that they can be filled in this order. The
 * queue's tables, of another schema, are not among them: jobs are made anew for the runs that are not finished.
 */
export async function listTables(client: PoolClient): Promise<Table[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; parents: string[] }>(
    `SELECT class.relname AS name,
       ARRAY(SELECT attname::text FROM pg_attribute
             WHERE attrelid = class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum) AS columns,
       ARRAY(SELECT confrelid::regclass::text FROM pg_constraint
             WHERE conrelid = class.oid AND contype = 'f' AND confrelid <> class.oid) AS parents
     FROM pg_class class
     WHERE class.relkind = 'r' AND class.relnamespace = 'public'::regnamespace AND class.relname <> ALL ($1)
     ORDER BY class.relname`,
    [LEFT_OUT],
  );
  const ordered = new Set<string>();
  while (ordered.size < rows.length) {
    const next = rows.find(({ name, parents }) => !ordered.has(name) && parents.every((parent) => ordered.has(parent)));
    if (next === undefined) throw new Error('the tables refer to each other in a circle');
    ordered.add(next.name);
  }
  return [...ordered].map((wanted) => rows.find(({ name }) => name === wanted)!);
}

/** Lets the numbers that a table gives its rows go on after the highest that is in it. */
export async function advanceSequences(client: PoolClient, { name, columns }: Table): Promise<void> {
  const { rows } = await client.query<{ column: string; sequence: string }>(
    `SELECT name AS column, pg_get_serial_sequence($1, name) AS sequence FROM unnest($2::text[]) AS name
     WHERE pg_get_serial_sequence($1, name) IS NOT NULL`,
    [quoted(name), columns],
  );
  for (const { column, sequence } of rows) {
    await client.query(
      `SELECT setval($1, highest) FROM (SELECT max(${quoted(column)}) AS highest FROM ${quoted(name)}) AS used
       WHERE highest IS NOT NULL`,
      [sequence],
    );
  }
}

export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
