import { graphql } from '../generated/gql.ts';

graphql(`
  fragment QualityFigures on Quality {
    recallAt15
    trustworthinessAt15
    continuityAt15
    labelKnnAt15
    rimFraction
    curvatureScale
    distanceCorrelation
    treeDistortion
    sampleSize
    errors {
      recallAt15
      trustworthinessAt15
      continuityAt15
      distanceCorrelation
      treeDistortion
    }
  }

  fragment RunSettings on RunParameters {
    seed
    iterations
    perplexity
    furtherPerplexities
    curvatureScale
    geometry
    method
    learningRate
    earlyExaggeration
    exaggeratedIterations
    lateExaggeration
    initialization
    initialRunId
    hierarchyWeight
    limit
    pooling
    resolution
    interpolation
    normalize
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
    notes
    tags
    group
    archived
    durations {
      stage
      seconds
    }
    parameters {
      ...RunSettings
    }
  }
`);
