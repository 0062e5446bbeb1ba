// Writes runs with a keyframe into the store of the folder given, and reports each after it was acknowledged.
import { openStore } from '../../server/storage/openStore.ts';
import { DEFAULT_PROJECTION_PARAMETERS } from '../../server/storage/run.ts';

const store = await openStore({ databaseUrl: undefined, home: process.argv[2] });
for (let iteration = 1; ; iteration++) {
  const run = await store.runs.createRun({
    name: 'to be killed',
    request: { datasetName: null, modelName: null, limit: null, pooling: 'cls', resolution: null },
    parameters: DEFAULT_PROJECTION_PARAMETERS,
    embeddingSetId: null,
  });
  await store.runs.saveKeyframe(run.id, { iteration, coordinates: new Float64Array(20_000).fill(iteration) });
  process.send!(run.id);
}
