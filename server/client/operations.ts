import type {
  CompareRunsQuery,
  CompareRunsQueryVariables,
  CreateShareLinkMutation,
  CreateShareLinkMutationVariables,
  LayoutQuery,
  LayoutQueryVariables,
  NeighborsQuery,
  NeighborsQueryVariables,
  RunQuery,
  RunQueryVariables,
  RunsQuery,
  RunsQueryVariables,
  StartRunMutation,
  StartRunMutationVariables,
  WatchRunSubscription,
  WatchRunSubscriptionVariables,
} from './generated/operations.ts';

/** The text of an operation, with the types of what it needs and answers. */
export interface Operation<Result, Variables> {
  readonly text: string;
  /** Never set: holds the types. */
  readonly types?: (variables: Variables) => Result;
}

/** An operation of one's own, such as `operation<{ server: { version: string } }, object>('{ server { version } }')`. */
export function operation<Result, Variables>(text: string): Operation<Result, Variables> {
  return { text };
}

const RUN_STATE = /* GraphQL */ `
  fragment RunState on Run {
    id
    name
    status
    createdAt
    iteration
    iterations
    pointCount
    stage {
      name
      done
      total
      unit
    }
    error {
      code
      message
    }
    quality {
      recallAt15
      trustworthinessAt15
      continuityAt15
      labelKnnAt15
      rimFraction
      curvatureScale
    }
  }
`;

export const RUNS = operation<RunsQuery, RunsQueryVariables>(/* GraphQL */ `
  query Runs($first: Int, $after: String, $filter: RunFilter) {
    runs(first: $first, after: $after, filter: $filter) {
      nodes {
        ...RunState
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
  ${RUN_STATE}
`);

export const RUN = operation<RunQuery, RunQueryVariables>(/* GraphQL */ `
  query Run($id: ID!) {
    run(id: $id) {
      ...RunState
    }
  }
  ${RUN_STATE}
`);

export const START_RUN = operation<StartRunMutation, StartRunMutationVariables>(/* GraphQL */ `
  mutation StartRun($input: StartRunInput!) {
    startRun(input: $input) {
      ...RunState
    }
  }
  ${RUN_STATE}
`);

export const LAYOUT = operation<LayoutQuery, LayoutQueryVariables>(/* GraphQL */ `
  query Layout($id: ID!, $iteration: Int) {
    run(id: $id) {
      layout(encoding: FLOAT32, iteration: $iteration) {
        iteration
        encoding
        pointCount
        coordinates
      }
      points {
        labelNames
        labelCodes
        imageIndices
      }
    }
  }
`);

export const WATCH_RUN = operation<WatchRunSubscription, WatchRunSubscriptionVariables>(/* GraphQL */ `
  subscription WatchRun($id: ID!, $maxFramesPerSecond: Int) {
    runProgress(runId: $id, encoding: INT16, maxFramesPerSecond: $maxFramesPerSecond) {
      run {
        ...RunState
      }
      frame {
        iteration
        encoding
        pointCount
        coordinates
      }
      stats {
        iteration
        loss
      }
    }
  }
  ${RUN_STATE}
`);

export const NEIGHBORS = operation<NeighborsQuery, NeighborsQueryVariables>(/* GraphQL */ `
  query Neighbors($runId: ID!, $point: Int, $at: DiskPointInput, $k: Int, $radius: Float, $metric: Metric) {
    neighbors(runId: $runId, point: $point, at: $at, k: $k, radius: $radius, metric: $metric) {
      point
      distance
      rank
      x
      y
      label
      otherRank
    }
  }
`);

export const COMPARE_RUNS = operation<CompareRunsQuery, CompareRunsQueryVariables>(/* GraphQL */ `
  query CompareRuns($left: ID!, $right: ID!) {
    compareRuns(left: $left, right: $right) {
      alignment {
        centerX
        centerY
        rotation
        reflected
      }
      pointCount
      meanDisplacement
      neighborhoodOverlap
      displacement
      overlap
      imageIndices
    }
  }
`);

export const CREATE_SHARE_LINK = operation<CreateShareLinkMutation, CreateShareLinkMutationVariables>(/* GraphQL */ `
  mutation CreateShareLink($input: CreateShareLinkInput!) {
    createShareLink(input: $input) {
      id
      url
    }
  }
`);
