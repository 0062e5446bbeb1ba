import { graphql } from '../generated/gql.ts';

export const NeighborsDocument = graphql(`
  query Neighbors($runId: ID!, $point: Int!, $k: Int!) {
    onDisk: neighbors(runId: $runId, point: $point, k: $k, metric: GEODESIC) {
      point
      distance
      rank
      label
      imageUrl
      otherRank
    }
    inEmbedding: neighbors(runId: $runId, point: $point, k: $k, metric: COSINE) {
      point
      distance
      rank
      label
      imageUrl
      otherRank
    }
  }
`);
