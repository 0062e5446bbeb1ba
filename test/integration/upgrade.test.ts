import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/paths.ts';
import { migrate } from '../../server/storage/database/migrate.ts';
import { openEmbeddedPostgres } from '../../server/storage/embedded/embeddedPostgres.ts';
import { openStore } from '../../server/storage/openStore.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const migrationsFolder = join(packageRoot, 'prisma/migrations');
/** The schema of each version that has a tag; versions that change it add a line. */
const LAST_MIGRATION_OF_VERSION = { '0.1.0': '20260101000000_initial' };

/** What 0.1.0 wrote for a finished run of two labeled images, with a view of it that was shared. */
const WRITTEN_BY_0_1_0 = `
  INSERT INTO datasets (id, name, kind, fingerprint, image_count, image_width, image_height, label_name, failures)
    VALUES ('ds', 'emoji', 'emoji', 'abc', 2, 32, 32, 'group', '[]');
  INSERT INTO labels VALUES ('ds', 0, 'cat'), ('ds', 1, 'dog');
  INSERT INTO images VALUES ('ds', 0, 'a', 0), ('ds', 1, 'b', 1);
  INSERT INTO embedding_sets (id, dataset_id, name, model_name, model_checksum, trained, pooling, resolution, normalize,
      engine, dimension, stored_count)
    VALUES ('es', 'ds', 'emoji · nano', 'nano', 'x', true, 'cls', 32, true, 'onnx', 3, 2);
  INSERT INTO embeddings VALUES ('es', 0, '[1,0,0]'), ('es', 1, '[0,0.6,0.8]');
  INSERT INTO runs (id, name, status, dataset_name, model_name, pooling, parameters, embedding_set_id, point_count, stage,
      iteration, quality, finished_at)
    VALUES ('run', 'First', 'DONE', 'emoji', 'nano', 'cls', '{"seed": 7, "iterations": 2, "perplexity": 5,
      "curvatureScale": "auto", "geometry": "poincare"}', 'es', 2, '{"name": "Done", "done": 2, "total": 2, "unit": "",
      "ratePerSecond": null, "etaSeconds": null}', 2, '{"recallAt15": 0.5}', now());
  INSERT INTO keyframes VALUES ('run', 2, decode('000000000000e03f000000000000d03f000000000000e0bf0000000000000000', 'hex'));
  INSERT INTO run_statistics VALUES ('run', 1, 3.5, 0.1, 2, 12), ('run', 2, 3.25, 0.05, 2, 1);
  INSERT INTO share_links (id, token_hash, view_state) VALUES ('link', '\\x0102', 'zoom=2');
  INSERT INTO share_link_runs VALUES ('link', 0, 'run');`;

describe('A store that an earlier version made', () => {
  it.each(Object.entries(LAST_MIGRATION_OF_VERSION))('opens with all it holds: version %s', async (_, last) => {
    const home = await temporaryFolder();
    await storeOfVersion(home, last);
    const store = await openStore({ databaseUrl: undefined, home });
    try {
      const run = await store.runs.findRun('run');
      expect(run).toMatchObject({ name: 'First', status: 'DONE', iteration: 2, quality: { recallAt15: 0.5 } });
      expect(run?.parameters).toMatchObject({ seed: 7, perplexity: 5, hierarchyWeight: 0 });
      const [first, second] = await store.runs.readStatistics('run');
      expect(first).toMatchObject({ iteration: 1, loss: 3.5, exaggeration: 12 });
      expect(second).toMatchObject({ iteration: 2, loss: 3.25, gradientNorm: 0.05 });
      expect((await store.runs.readKeyframe('run'))?.iteration).toBe(2);
      const { values } = await store.embeddingSets.readEmbeddings('es', Int32Array.of(1, 0));
      expect([...values]).toEqual([0, Math.fround(0.6), Math.fround(0.8), 1, 0, 0]);
      expect((await store.datasets.readImageColumns('ds')).label.names).toEqual(['cat', 'dog']);
      expect(await store.shareLinks.listShareLinks('run')).toMatchObject([{ id: 'link', viewState: 'zoom=2' }]);
    } finally {
      await store.close();
    }
  });
});

/** An embedded store with the migrations up to `last` and a run in it. */
async function storeOfVersion(home: string, last: string): Promise<void> {
  const old = join(await temporaryFolder(), 'migrations');
  await mkdir(old);
  for (const name of (await readdir(migrationsFolder)).filter((entry) => /^\d/.test(entry) && entry <= last)) {
    await cp(join(migrationsFolder, name), join(old, name), { recursive: true });
  }
  const database = await openEmbeddedPostgres(home);
  try {
    await migrate(database.pool, { folder: old });
    for (const statement of WRITTEN_BY_0_1_0.split(/;\s*$/m))
      if (statement.trim()) await database.pool.query(statement);
  } finally {
    await database.close();
  }
}
