// A customer's own people.
import { graphql } from "../gql";

export const CUSTOMER_USERS = graphql(`
  query CustomerUsers($id: ID!, $tenant: ID!, $after: String) {
    customer(id: $id) {
      id
      users(first: 50, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          displayName
          email
          active
          emailVerified
          lastActiveAt
          roleOn(tenant: $tenant)
        }
      }
    }
  }
`);
