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
      mrr {
        currency
      }
      viewerActions {
        action
        allowed
        reason
      }
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
        version
        steps {
          status
          allowed
        }
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

export const CREATE_CONTRACT = graphql(`
  mutation CreateContract($input: CreateContractInput!, $options: MutationOptions) {
    createContract(input: $input, options: $options) {
      contract {
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

export const SET_CONTRACT_STATUS = graphql(`
  mutation SetContractStatus($input: SetContractStatusInput!, $options: MutationOptions) {
    setContractStatus(input: $input, options: $options) {
      contract {
        id
        version
        status
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);
