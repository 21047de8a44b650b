// What inviting asks and changes.
import { graphql } from "../gql";

/** For one kind of tenant, the roles that its people can have. */
export const ROLES_THERE = graphql(`
  query RolesThere($kind: TenantKind!) {
    roleMatrix(kind: $kind) {
      role
    }
  }
`);

export const INVITE_CUSTOMER = graphql(`
  mutation InviteCustomer($input: InviteCustomerInput!) {
    inviteCustomer(input: $input) {
      invitation {
        id
        email
        expiresAt
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const INVITE_USER = graphql(`
  mutation InviteUser($input: InviteUserInput!) {
    inviteUser(input: $input) {
      invitation {
        id
        email
        expiresAt
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const INVITATIONS = graphql(`
  query Invitations {
    invitations(status: [PENDING, EXPIRED], first: 50) {
      nodes {
        id
        email
        purpose
        role
        organizationName
        status
        expiresAt
        tenant {
          id
          name
        }
      }
    }
  }
`);

export const RESEND = graphql(`
  mutation Resend($input: ResendInvitationInput!) {
    resendInvitation(input: $input) {
      invitation {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const REVOKE = graphql(`
  mutation Revoke($input: RevokeInvitationInput!) {
    revokeInvitation(input: $input) {
      invitation {
        id
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);
