// What the files in documents/ ask, compiled by `npm run codegen`: one file a page or panel, shared parts in fragments.graphql.
export * from './generated/graphql.ts';
