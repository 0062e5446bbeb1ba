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

export const RunDeletedDocument = graphql(`
  subscription RunDeleted {
    runDeleted
  }
`);

export const RunsAheadDocument = graphql(`
  query RunsAhead {
    runs(first: 100, filter: { statuses: [QUEUED, EXTRACTING, NEIGHBORS, OPTIMIZING] }) {
      nodes {
        id
        name
        status
        createdAt
      }
    }
  }
`);
