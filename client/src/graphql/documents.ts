import { graphql } from './generated/gql.ts';

graphql(`
  fragment QualityFigures on Quality {
    recallAt15
    trustworthinessAt15
    continuityAt15
    labelKnnAt15
    rimFraction
    curvatureScale
    sampleSize
  }

  fragment RunSummary on Run {
    id
    name
    status
    createdAt
    startedAt
    finishedAt
    seed
    pointCount
    iteration
    iterations
    datasetName
    modelName
    stage {
      name
      done
      total
      unit
      ratePerSecond
      etaSeconds
    }
    quality {
      ...QualityFigures
    }
    error {
      code
      message
    }
    parameters {
      perplexity
      curvatureScale
      geometry
      limit
    }
  }
`);

export const RunsDocument = graphql(`
  query Runs($first: Int!, $after: String) {
    runs(first: $first, after: $after) {
      nodes {
        ...RunSummary
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

export const RunDocument = graphql(`
  query RunDetails($id: ID!) {
    run(id: $id) {
      ...RunSummary
      keyframes
      notes
      tags
      engine
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
  subscription RunProgress($runId: ID!) {
    runProgress(runId: $runId, encoding: INT16, maxFramesPerSecond: 20) {
      run {
        ...RunSummary
      }
      frame {
        iteration
        encoding
        pointCount
        coordinates
      }
      statsSince {
        iteration
        loss
        gradientNorm
        curvatureScale
        exaggeration
      }
    }
  }
`);

export const RunsChangedDocument = graphql(`
  subscription RunsChanged {
    runsChanged {
      ...RunSummary
    }
  }
`);

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

export const StartRunDocument = graphql(`
  mutation StartRun($input: StartRunInput!) {
    startRun(input: $input) {
      ...RunSummary
    }
  }
`);

export const PauseRunDocument = graphql(`
  mutation PauseRun($id: ID!) {
    pauseRun(id: $id) {
      ...RunSummary
    }
  }
`);

export const ResumeRunDocument = graphql(`
  mutation ResumeRun($id: ID!) {
    resumeRun(id: $id) {
      ...RunSummary
    }
  }
`);

export const CancelRunDocument = graphql(`
  mutation CancelRun($id: ID!) {
    cancelRun(id: $id) {
      ...RunSummary
    }
  }
`);

export const DeleteRunDocument = graphql(`
  mutation DeleteRun($id: ID!) {
    deleteRun(id: $id)
  }
`);

export const RenameRunDocument = graphql(`
  mutation RenameRun($id: ID!, $name: String!) {
    updateRun(id: $id, name: $name) {
      ...RunSummary
    }
  }
`);

export const CreateShareLinkDocument = graphql(`
  mutation CreateShareLink($input: CreateShareLinkInput!) {
    createShareLink(input: $input) {
      id
      url
    }
  }
`);

export const SharedViewDocument = graphql(`
  query SharedView($token: String!) {
    sharedView(token: $token) {
      runs {
        id
        name
      }
      viewState
      expiresAt
    }
  }
`);

export const DatasetsDocument = graphql(`
  query Datasets {
    datasets {
      id
      name
      kind
      imageCount
      imageWidth
      imageHeight
      createdAt
      labels {
        name
        count
      }
      failures {
        file
        reason
      }
    }
  }
`);

export const ModelsDocument = graphql(`
  query Models {
    models {
      name
      embeddingSize
      resolution
      parameterCount
      license
      available
      trained
      fetchCommand
    }
  }
`);

export const ServerDocument = graphql(`
  query Server {
    server {
      version
      notices
    }
  }
`);

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
