import { graphql } from '../generated/gql.ts';

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
      weightBytes
      preferred
      trained
      fetchCommand
    }
  }
`);

export const EnginesDocument = graphql(`
  query Engines {
    server {
      engines {
        name
        available
        preferred
        detail
      }
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

export const DatasetDocument = graphql(`
  query DatasetDetails($id: ID!) {
    node(id: $id) {
      ... on Dataset {
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
        labelCodes
        failures {
          file
          reason
        }
        embeddingSets {
          id
          modelName
          modelChecksum
          trained
          pooling
          resolution
          interpolation
          normalize
          engine
          dimension
          storedCount
          createdAt
        }
        runs {
          ...RunSummary
        }
      }
    }
  }
`);

export const StartFormDocument = graphql(`
  query StartForm {
    models {
      name
      available
      preferred
      trained
      fetchCommand
    }
    datasets {
      id
      name
      imageCount
      embeddingSets {
        id
        modelName
        pooling
        resolution
        interpolation
        normalize
        storedCount
      }
    }
    runs(first: 50, filter: { statuses: [DONE] }) {
      nodes {
        id
        name
        datasetName
        modelName
        pointCount
        iterations
        parameters {
          method
        }
        durations {
          stage
          seconds
        }
      }
    }
  }
`);

export const CommandTargetsDocument = graphql(`
  query CommandTargets {
    runs(first: 30) {
      nodes {
        id
        name
      }
    }
    datasets {
      id
      name
    }
  }
`);
