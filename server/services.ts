import { join } from 'node:path';
import type { Config } from './config.ts';
import { openAccess } from './access/access.ts';
import { AtlasCache } from './dataset/atlas.ts';
import { ComparisonService } from './graphql/comparison.service.ts';
import type { Services } from './graphql/context.ts';
import { FinishedRuns } from './graphql/finishedRuns.ts';
import { LoadedRuns } from './graphql/loadedRuns.ts';
import { NeighborService } from './graphql/neighbor.service.ts';
import { PlacementService } from './graphql/placement.service.ts';
import { SharePreviewService } from './graphql/sharePreview.service.ts';
import type { ImageSources } from './http/images.ts';
import { DatasetLibrary } from './jobs/datasetLibrary.ts';
import { FrameRelay } from './jobs/frameRelay.ts';
import { JobQueue } from './jobs/jobQueue.ts';
import type { WorkCounter } from './jobs/runParts.ts';
import { RunService, workThreads } from './jobs/runService.ts';
import type { Logger } from './logging.ts';
import { describeEngines, describeModels, modelNotices } from './modelListing.ts';
import { openStore } from './storage/openStore.ts';
import type { FrameHub } from './stream/frameHub.ts';
import { createRunTopics } from './stream/runTopics.ts';
import { version } from './version.ts';

/** Everything behind the routes, once the store is open. */
export interface OpenServices {
  readonly services: Services;
  readonly images: ImageSources;
  close(): Promise<void>;
}

/** Opens the store and builds every service over it. Runs do not work before `services.runs.open()`. */
export async function openServices(
  config: Config,
  parts: { readonly log: Logger; readonly hub: FrameHub; readonly counter: WorkCounter; readonly notices: string[] },
): Promise<OpenServices> {
  const { log, hub, counter, notices } = parts;
  const { home, databaseUrl, cifar10Dir, engine, layoutEngine, authRequired, authSecret, publicUrl } = config;
  const store = await openStore({ databaseUrl, home });
  const access = await openAccess({ store, home, required: authRequired, authSecret, publicUrl, log });
  const topics = createRunTopics();
  const datasets = new DatasetLibrary({
    store: store.datasets,
    cacheFolder: join(home, 'datasets'),
    cifar10Dir,
    // Where strangers may log in, the server's own disk is not theirs to look at.
    imagesRoot: config.imagesRoot ?? (config.authRequired ? null : undefined),
  });
  const loadedRuns = new LoadedRuns(store);
  const threads = workThreads();
  const queue = new JobQueue(store.sql, log);
  const frameRelay = new FrameRelay({ store, hub, log });
  const runs = new RunService({
    store,
    hub,
    topics,
    datasets,
    queue,
    frameRelay,
    log,
    home,
    engine,
    layoutEngine,
    threads,
    version,
    counter,
  });
  const placements = new PlacementService({ runs, loaded: loadedRuns, store, home, engine });
  const comparisons = new ComparisonService(runs, loadedRuns);
  const links = access.shareLinks;
  return {
    services: {
      store,
      runs,
      frames: hub,
      topics,
      loadedRuns,
      neighbors: new NeighborService(runs, new FinishedRuns(runs, topics, store.notices), loadedRuns),
      placements,
      comparisons,
      sharePreviews: new SharePreviewService({ store, links, runs, loaded: loadedRuns, comparisons }),
      access,
      listModels: () => describeModels(home),
      listEngines: () => describeEngines(engine),
      notices: async () => [...notices, ...(await modelNotices(home))],
      version,
    },
    images: { datasets, atlas: new AtlasCache(join(home, 'atlas')) },
    close: async () => {
      access.close();
      await runs.close();
      await placements.close();
      await comparisons.close();
      await datasets.close();
      await store.close();
    },
  };
}
