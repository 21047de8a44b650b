// What the manage-users panel asks and changes.
import { graphql } from "../gql";

export const LINK = graphql(`
  fragment Link on AccessGrant {
    id
    version
    role
    grantedAt
    expiresAt
    user {
      id
      displayName
      email
    }
  }
`);

/** A page each of who is linked and who may be. */
export const LINKS = graphql(`
  query Links($id: ID!, $linkedAfter: String, $linkableAfter: String) {
    customer(id: $id) {
      id
      accessGrants(source: LINKED, first: 100, after: $linkedAfter) {
        nodes {
          ...Link
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      linkableUsers(first: 100, after: $linkableAfter) {
        nodes {
          id
          displayName
          email
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const LINK_USER = graphql(`
  mutation LinkUser($input: LinkUserInput!) {
    linkUser(input: $input) {
      grant {
        ...Link
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const CHANGE_ROLE = graphql(`
  mutation ChangeLinkedRole($input: ChangeLinkedRoleInput!, $options: MutationOptions) {
    changeLinkedRole(input: $input, options: $options) {
      grant {
        ...Link
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

export const UNLINK_USER = graphql(`
  mutation UnlinkUser($input: UnlinkUserInput!) {
    unlinkUser(input: $input) {
      customer {
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
