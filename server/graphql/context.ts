import type { Access } from '../access/access.ts';
import type { Actor } from '../access/actor.ts';
import type { FrameHub } from '../stream/frameHub.ts';
import type { RunTopics } from '../stream/runTopics.ts';
import type { RunService } from '../jobs/runService.ts';
import type { Store } from '../storage/store.ts';
import type { ComparisonService } from './comparison.service.ts';
import type { LoadedRuns } from './loadedRuns.ts';
import type { ModelType } from './model.type.ts';
import type { NeighborService } from './neighbor.service.ts';
import type { PlacementService } from './placement.service.ts';
import type { SharePreviewService } from './sharePreview.service.ts';
import type { EngineType } from './server.type.ts';

/** Everything that resolvers call. */
export interface Services {
  readonly store: Store;
  readonly runs: RunService;
  readonly frames: FrameHub;
  readonly topics: RunTopics;
  readonly loadedRuns: LoadedRuns;
  readonly neighbors: NeighborService;
  readonly placements: PlacementService;
  readonly comparisons: ComparisonService;
  readonly sharePreviews: SharePreviewService;
  /** Who may do what. */
  readonly access: Access;
  readonly listModels: () => Promise<ModelType[]>;
  readonly listEngines: () => Promise<EngineType[]>;
  readonly notices: () => Promise<string[]>;
  readonly version: string;
}

export interface GraphQLContext {
  readonly services: Services;
  /** Who asks. */
  readonly actor: Actor;
}
