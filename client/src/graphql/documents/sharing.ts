import { graphql } from '../generated/gql.ts';

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
