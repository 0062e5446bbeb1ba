import { graphql } from '../generated/gql.ts';

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

export const SteerRunDocument = graphql(`
  mutation SteerRun($id: ID!, $input: SteerRunInput!) {
    steerRun(id: $id, input: $input) {
      ...RunSummary
    }
  }
`);

export const UpdateRunDocument = graphql(`
  mutation UpdateRun($id: ID!, $name: String, $notes: String, $tags: [String!], $archived: Boolean) {
    updateRun(id: $id, name: $name, notes: $notes, tags: $tags, archived: $archived) {
      ...RunSummary
    }
  }
`);

export const StartSweepDocument = graphql(`
  mutation StartSweep($input: StartSweepInput!) {
    startSweep(input: $input) {
      ...RunSummary
    }
  }
`);
