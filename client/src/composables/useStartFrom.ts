import { shallowRef } from 'vue';
import type { ShallowRef } from 'vue';
import { messageOf } from '../graphql/client.ts';
import { RunSettingsDocument, StartRunDocument } from '../graphql/documents.ts';
import { fetchQuery, sendMutation } from '../graphql/request.ts';

export interface UseStartFromReturn {
  busy: ShallowRef<boolean>;
  error: ShallowRef<string | null>;
  /** Starts a run with the settings of one run from the layout of another; gives its id, or null. */
  startFrom: (settingsOf: string, layoutOf: string) => Promise<string | null>;
}

/** Characters of a name that the server takes. */
const MOST_NAME = 1000;

/** Two layouts that start from the same place are comparable by eye: the second one only moves where it has to. */
export function useStartFrom(): UseStartFromReturn {
  const busy = shallowRef(false);
  const error = shallowRef<string | null>(null);

  async function startFrom(settingsOf: string, layoutOf: string): Promise<string | null> {
    busy.value = true;
    error.value = null;
    try {
      const [{ run }, { run: start }] = await Promise.all(
        [settingsOf, layoutOf].map((id) => fetchQuery(RunSettingsDocument, { id })),
      );
      if (!run || !start) throw new Error('The run is no longer there.');
      const name = `${run.name} from ${start.name}`.slice(0, MOST_NAME);
      const { pooling, resolution, interpolation, normalize, ...parameters } = run.parameters;
      const source =
        run.datasetName != null && run.modelName != null
          ? { dataset: run.datasetName, model: run.modelName, pooling, resolution, interpolation, normalize }
          : { embeddingSetId: run.embeddingSet?.id };
      const { startRun } = await sendMutation(StartRunDocument, {
        input: { ...parameters, ...source, name, initialization: 'LAYOUT', initialRunId: layoutOf },
      });
      return startRun.id;
    } catch (failure) {
      error.value = messageOf(failure);
      return null;
    } finally {
      busy.value = false;
    }
  }
  return { busy, error, startFrom };
}
