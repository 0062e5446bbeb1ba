import { registerEnumType } from 'type-graphql';
import type { FrameEncoding as EncodingName } from '../stream/frame.ts';
import type { Initialization as InitializationName, LayoutMethod as MethodName } from '../storage/run.ts';
import type { LayoutGeometry, RunStatus as StatusName, SteeringChange } from '../storage/run.ts';

/** GraphQL names on the left, the values of the domain on the right. */
export const RunStatus = {
  QUEUED: 'QUEUED',
  EXTRACTING: 'EXTRACTING',
  NEIGHBORS: 'NEIGHBORS',
  OPTIMIZING: 'OPTIMIZING',
  PAUSED: 'PAUSED',
  DONE: 'DONE',
  FAILED: 'FAILED',
  CANCELED: 'CANCELED',
} as const satisfies { [Name in StatusName]: Name };

export const FrameEncoding = { FLOAT32: 'FLOAT32', INT16: 'INT16' } as const satisfies {
  [Name in EncodingName]: Name;
};

export const Geometry = { POINCARE: 'poincare', EUCLIDEAN: 'euclidean' } as const satisfies Record<
  string,
  LayoutGeometry
>;

export const LayoutMethod = { TSNE: 'tsne', UMAP: 'umap' } as const satisfies Record<string, MethodName>;

export const Initialization = {
  PCA: 'pca',
  SPECTRAL: 'spectral',
  RANDOM: 'random',
  LAYOUT: 'layout',
} as const satisfies Record<string, InitializationName>;

export const SteerableSetting = {
  LEARNING_RATE: 'learningRate',
  EXAGGERATION: 'exaggeration',
  CURVATURE_SCALE: 'curvatureScale',
} as const satisfies Record<string, keyof SteeringChange>;

export const Metric = { GEODESIC: 'GEODESIC', COSINE: 'COSINE' } as const;
export type MetricName = (typeof Metric)[keyof typeof Metric];

export const ComparisonFit = { ALL: 'ALL', IMAGES: 'IMAGES', NONE: 'NONE' } as const;
export type FitName = (typeof ComparisonFit)[keyof typeof ComparisonFit];

registerEnumType(RunStatus, {
  name: 'RunStatus',
  description: 'Where a run stands. DONE, FAILED and CANCELED are final.',
  valuesConfig: {
    QUEUED: { description: 'Waits for its turn.' },
    EXTRACTING: { description: 'Opens the data set and embeds the images that have no embedding yet.' },
    NEIGHBORS: { description: 'Searches the nearest neighbors of every embedding.' },
    OPTIMIZING: { description: 'Moves the layout, then measures its quality.' },
    PAUSED: { description: 'Stopped on request; goes on with resumeRun.' },
    DONE: { description: 'The layout and its quality figures are final.' },
    FAILED: { description: 'Ended by an error; see the field error.' },
    CANCELED: { description: 'Ended on request.' },
  },
});

registerEnumType(FrameEncoding, {
  name: 'FrameEncoding',
  description: 'How coordinates are written: base64 of little-endian numbers, x0 y0 x1 y1 …',
  valuesConfig: {
    FLOAT32: { description: '32-bit floats.' },
    INT16: { description: '16-bit integers, round(32767 · coordinate).' },
  },
});

registerEnumType(Geometry, {
  name: 'Geometry',
  description: 'The plane in which a layout lies.',
  valuesConfig: {
    POINCARE: { description: 'The hyperbolic plane, as the Poincaré disk.' },
    EUCLIDEAN: { description: 'Flat t-SNE by the same engine, to compare with.' },
  },
});

registerEnumType(LayoutMethod, {
  name: 'LayoutMethod',
  description: 'What makes a layout of the neighbors.',
  valuesConfig: {
    TSNE: { description: 't-SNE by the engine of this product, on the disk or flat.' },
    UMAP: { description: 'UMAP by umap-js, flat, to compare with.' },
  },
});

registerEnumType(Initialization, {
  name: 'Initialization',
  description: 'Where the optimization starts.',
  valuesConfig: {
    PCA: { description: 'The first two principal components.' },
    SPECTRAL: { description: 'Laplacian eigenmaps of the neighbor graph.' },
    RANDOM: { description: 'Normal noise from the seed.' },
    LAYOUT: { description: 'The layout of the run initialRunId.' },
  },
});

registerEnumType(SteerableSetting, {
  name: 'SteerableSetting',
  description: 'What can be changed while a layout is optimized.',
});

registerEnumType(Metric, {
  name: 'Metric',
  description: 'By which distance neighbors are ranked.',
  valuesConfig: {
    GEODESIC: { description: 'Hyperbolic distance on the disk, at curvature −1; straight distance on a flat layout.' },
    COSINE: { description: 'Cosine distance in the embedding, 1 − cos.' },
  },
});

registerEnumType(ComparisonFit, {
  name: 'ComparisonFit',
  description: 'What decides how one layout is laid over another.',
  valuesConfig: {
    ALL: { description: 'All images that both have.' },
    IMAGES: { description: 'The images that are given.' },
    NONE: { description: 'Nothing: both layouts stay as they are.' },
  },
});
