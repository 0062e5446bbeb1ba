import { graphql } from '../generated/gql.ts';

export const CompareRunsDocument = graphql(`
  query CompareRuns($left: ID!, $right: ID!, $fit: ComparisonFit, $images: [Int!]) {
    compareRuns(left: $left, right: $right, fit: $fit, images: $images) {
      pointCount
      meanDisplacement
      neighborhoodOverlap
      displacement
      overlap
      imageIndices
      alignment {
        centerX
        centerY
        rotation
        reflected
      }
    }
  }
`);

export const RunStabilityDocument = graphql(`
  query RunStability($runIds: [ID!]!) {
    runStability(runIds: $runIds) {
      runCount
      pointCount
      agreement
      imageIndices
      mean
      low
      high
    }
  }
`);

export const RunSettingsDocument = graphql(`
  query RunSettings($id: ID!) {
    run(id: $id) {
      id
      datasetName
      modelName
      engine
      embeddingSet {
        id
        name
      }
      parameters {
        ...RunSettings
      }
    }
  }
`);
