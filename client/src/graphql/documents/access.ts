import { graphql } from '../generated/gql.ts';

export const ViewerDocument = graphql(`
  query Viewer {
    viewer {
      loginRequired
      role
      id
      name
    }
  }
`);

export const OfferedInvitationDocument = graphql(`
  query OfferedInvitation($token: String!) {
    invitation(token: $token) {
      role
      createdBy
      expiresAt
    }
  }
`);

export const AcceptInvitationDocument = graphql(`
  mutation AcceptInvitation($input: AcceptInvitationInput!) {
    acceptInvitation(input: $input)
  }
`);

export const MembersDocument = graphql(`
  query Members {
    members {
      id
      name
      email
      role
      disabledAt
      createdAt
    }
    invitations {
      id
      role
      note
      createdBy
      expiresAt
    }
  }
`);

export const InviteMemberDocument = graphql(`
  mutation InviteMember($input: InviteMemberInput!) {
    inviteMember(input: $input) {
      id
      url
    }
  }
`);

export const RevokeInvitationDocument = graphql(`
  mutation RevokeInvitation($id: ID!) {
    revokeInvitation(id: $id) {
      id
    }
  }
`);

export const ChangeMemberDocument = graphql(`
  mutation ChangeMember($id: ID!, $role: Role, $disabled: Boolean) {
    changeMember(id: $id, role: $role, disabled: $disabled) {
      id
      role
      disabledAt
    }
  }
`);

export const ApiTokensDocument = graphql(`
  query ApiTokens {
    apiTokens {
      id
      name
      role
      createdAt
      expiresAt
      revokedAt
      lastUsedAt
    }
  }
`);

export const CreateApiTokenDocument = graphql(`
  mutation CreateApiToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      id
      token
    }
  }
`);

export const RevokeApiTokenDocument = graphql(`
  mutation RevokeApiToken($id: ID!) {
    revokeApiToken(id: $id) {
      id
    }
  }
`);

export const AuditLogDocument = graphql(`
  query AuditLog($first: Int!, $after: String, $subject: String, $actorName: String, $action: String) {
    auditLog(first: $first, after: $after, subject: $subject, actorName: $actorName, action: $action) {
      nodes {
        at
        actorKind
        actorName
        action
        subject
        detail
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);
