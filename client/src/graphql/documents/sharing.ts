import { graphql } from '../generated/gql.ts';

export const CreateShareLinkDocument = graphql(`
  mutation CreateShareLink($input: CreateShareLinkInput!) {
    createShareLink(input: $input) {
      id
      url
    }
  }
`);

export const RevokeShareLinkDocument = graphql(`
  mutation RevokeShareLink($id: ID!) {
    revokeShareLink(id: $id) {
      id
      revokedAt
    }
  }
`);

export const ShareLinksDocument = graphql(`
  query ShareLinks($id: ID!) {
    run(id: $id) {
      id
      shareLinks {
        id
        runIds
        viewState
        createdAt
        createdBy
        expiresAt
        revokedAt
        lastUsedAt
        allowDownload
      }
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
      createdAt
      createdBy
      allowDownload
      ticket
      ticketExpiresAt
    }
  }
`);
