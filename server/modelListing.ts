import { findModel, listModels, preferredModel, type ModelListing } from './extraction/modelCatalog.ts';
import { automaticEngines } from './extraction/engines/openEngine.ts';
import { probeEngines } from './extraction/engines/probeEngines.ts';
import type { EngineChoice } from './config.ts';
import type { ModelType } from './graphql/model.type.ts';
import type { EngineType } from './graphql/server.type.ts';

/** Input side of the official DINOv3 processors, in pixels. */
const DINOV3_RESOLUTION = 224;

/** The models that a run can take by name, with what is known about this machine. */
export async function describeModels(home: string): Promise<ModelType[]> {
  const listings = await listModels({ home });
  const preferred = preferredModel(listings);
  return Promise.all(
    listings.map(async (listing) => ({ ...(await describe(listing, home)), preferred: listing.name === preferred })),
  );
}

/** What can run models here, and which of it a run takes under this setting. */
export async function describeEngines(choice: EngineChoice): Promise<EngineType[]> {
  const probes = await probeEngines();
  const wanted: readonly string[] = choice === 'auto' ? await automaticEngines() : [choice];
  const taken = wanted.find((name) => probes.some((probe) => probe.name === name && probe.available));
  return probes.map((probe) => ({ ...probe, preferred: probe.name === taken }));
}

/** Plain lines about models that a visitor should know before looking at a layout. */
export async function modelNotices(home: string): Promise<string[]> {
  const models = await describeModels(home);
  return models
    .filter(({ available, trained }) => available && !trained)
    .map(
      ({ name }) =>
        `Model ${name} is untrained: its weights were made from a seed, so its layouts show little meaning. Fetch DINOv3 with "npm run cli -- models fetch dinov3-vits16".`,
    );
}

async function describe(listing: ModelListing, home: string): Promise<Omit<ModelType, 'preferred'>> {
  const { name, embeddingSize, parameterCount, license, available, weightBytes, fetchCommand } = listing;
  // Only the bundled model is read: describing means hashing the weights, which may be gigabytes.
  const bundled = listing.repository === null && available ? await findModel(name, { home }) : null;
  return {
    name,
    embeddingSize,
    parameterCount,
    license,
    available,
    weightBytes,
    fetchCommand,
    resolution: bundled?.resolution ?? DINOV3_RESOLUTION,
    trained: bundled?.trained ?? true,
  };
}
