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
      preferred
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
