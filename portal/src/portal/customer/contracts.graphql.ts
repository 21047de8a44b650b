// Contracts of a customer: the pop-up's three, the full list, and one of them.
import { graphql } from "../gql";

export const FIRST_CONTRACTS = graphql(`
  query FirstContracts($id: ID!) {
    customer(id: $id) {
      id
      contractSummary {
        total
        hasMore
        firstThree {
          id
          number
          title
          status
        }
      }
    }
  }
`);

export const CUSTOMER_CONTRACTS = graphql(`
  query CustomerContracts($id: ID!, $status: [ContractStatus!], $after: String) {
    customer(id: $id) {
      id
      contracts(status: $status, first: 30, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          number
          title
          status
          startsOn
          endsOn
          autoRenew
          value {
            amount
            currency
          }
        }
      }
    }
  }
`);

export const ONE_CONTRACT = graphql(`
  query OneContract($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Contract {
        number
        title
        status
        startsOn
        endsOn
        renewalDate
        autoRenew
        acceptedAt
        terminatedAt
        documentUrl
        value {
          amount
          currency
        }
        predecessor {
          id
          number
          title
        }
      }
    }
  }
`);
