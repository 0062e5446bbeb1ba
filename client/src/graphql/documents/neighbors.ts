import { graphql } from '../generated/gql.ts';

graphql(`
  fragment NeighborEntry on Neighbor {
    point
    distance
    rank
    label
    otherRank
  }
`);

export const NeighborsDocument = graphql(`
  query Neighbors($runId: ID!, $point: Int!, $k: Int!, $radius: Float) {
    onDisk: neighbors(runId: $runId, point: $point, k: $k, radius: $radius, metric: GEODESIC) {
      ...NeighborEntry
    }
    inEmbedding: neighbors(runId: $runId, point: $point, k: $k, metric: COSINE) {
      ...NeighborEntry
    }
  }
`);

export const PlaceNeighborsDocument = graphql(`
  query PlaceNeighbors($runId: ID!, $at: DiskPointInput!, $k: Int!, $radius: Float) {
    onDisk: neighbors(runId: $runId, at: $at, k: $k, radius: $radius, metric: GEODESIC) {
      ...NeighborEntry
    }
  }
`);
