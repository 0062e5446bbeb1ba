// One file a page or panel; the fragments that they share are in documents/fragments.ts.
export * from './documents/access.ts';
export * from './documents/catalog.ts';
export * from './documents/comparison.ts';
export * from './documents/neighbors.ts';
export * from './documents/runActions.ts';
export * from './documents/runList.ts';
export * from './documents/runPage.ts';
export * from './documents/sharing.ts';
