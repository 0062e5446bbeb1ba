import { graphql } from '../generated/gql.ts';

export const CompareRunsDocument = graphql(`
  query CompareRuns($left: ID!, $right: ID!) {
    compareRuns(left: $left, right: $right) {
      pointCount
      meanDisplacement
      neighborhoodOverlap
      alignment {
        centerX
        centerY
        rotation
        reflected
      }
      left {
        ...QualityFigures
      }
      right {
        ...QualityFigures
      }
    }
  }
`);
