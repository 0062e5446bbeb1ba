import { graphql } from '../generated/gql.ts';

export const RunDocument = graphql(`
  query RunDetails($id: ID!) {
    run(id: $id) {
      ...RunSummary
      keyframes
      notes
      tags
      engine
      neighborRecall
      embeddingSet {
        trained
        modelName
        dimension
      }
      dataset {
        id
        name
        imageWidth
        imageHeight
        atlas {
          tile
          columns
          tilesPerPage
          pages
        }
      }
    }
  }
`);

export const RunHistoryDocument = graphql(`
  query RunHistory($id: ID!) {
    run(id: $id) {
      id
      history {
        iteration
        loss
        gradientNorm
        curvatureScale
        exaggeration
        recallAt15
      }
    }
  }
`);

export const RunPointsDocument = graphql(`
  query RunPoints($id: ID!) {
    run(id: $id) {
      id
      points {
        datasetId
        pictured
        labelNames
        labelCodes
        imageIndices
        columns {
          name
          names
          codes
        }
        recallPerPoint
      }
    }
  }
`);

export const RunLayoutDocument = graphql(`
  query RunLayout($id: ID!, $iteration: Int) {
    run(id: $id) {
      id
      keyframes
      layout(iteration: $iteration, encoding: FLOAT32) {
        iteration
        encoding
        pointCount
        coordinates
      }
    }
  }
`);

export const KeyframesDocument = graphql(`
  query Keyframes($id: ID!) {
    run(id: $id) {
      id
      keyframes
    }
  }
`);

export const RunProgressDocument = graphql(`
  subscription RunProgress($runId: ID!, $statsAfter: Int) {
    runProgress(runId: $runId, encoding: INT16, maxFramesPerSecond: 20, statsAfter: $statsAfter) {
      run {
        ...RunSummary
      }
      frame {
        iteration
        encoding
        pointCount
        coordinates
      }
      skippedFrames
      statsSince {
        iteration
        loss
        gradientNorm
        curvatureScale
        exaggeration
        recallAt15
      }
    }
  }
`);

export const RunImageNamesDocument = graphql(`
  query RunImageNames($id: ID!) {
    run(id: $id) {
      id
      imageNames
    }
  }
`);
