import { graphql } from '../generated/gql.ts';

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

export const RunsChangedDocument = graphql(`
  subscription RunsChanged {
    runsChanged {
      ...RunSummary
    }
  }
`);
